"""The platform on one machine: real Kafka, real PostgreSQL, two evaluators, four services, login, mail and tokens.

Starts what does not need each other at the same time, ends everything that it started.
"""

import asyncio
import dataclasses
import signal
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

from vangnet_contract.policy import Shelf
from vangnet_contract.topics import catalogue

from vangnet_local import programs
from vangnet_local.endpoints import EVALUATORS, SERVICES, Clock, State, endpoints
from vangnet_local.kafka import Kafka
from vangnet_local.kafka_access import grant, principals
from vangnet_local.layout import Layout
from vangnet_local.lock import Lock
from vangnet_local.migrations import bring_up_to_date
from vangnet_local.ports import free_ports
from vangnet_local.postgres import ROLES, Postgres
from vangnet_local.prepare import prepare
from vangnet_local.processes import POLL, Child, Program, end_leftovers
from vangnet_local.secrets import database_passwords, read_secret

ONE_MACHINE = "both evaluators run on this machine: that is for demonstration only (docs/trust-model.md)"

Say = Callable[[str], None]


def to_stderr(line: str) -> None:
    """Progress never mixes with results."""
    print(line, file=sys.stderr, flush=True)


class Ended(BaseException):
    """Somebody asked it to end (Ctrl-C, SIGTERM). Not an Exception: nothing may swallow it."""


class Platform:
    """One running platform; `Platform.start` makes it. `children` by name: kafka, postgres, evaluator-a …"""

    def __init__(self, layout: Layout, state: State, lock: Lock, say: Say, ending: Event) -> None:
        self.layout, self.state, self.say = layout, state, say
        self._lock = lock
        self._ending = ending
        ports, folders = state.ports, layout.folders
        tls = programs.tls(state, layout)
        self.kafka = Kafka(layout.kafka, folders, (ports.kafka, ports.kafka_controller), tls=tls)
        self.postgres = Postgres(layout.postgres, database_passwords(layout), folders, ports.postgres)
        self.children = {"kafka": self.kafka.child, "postgres": self.postgres.child}
        for program in self._programs():
            self.children[program.name] = Child(program, folders)

    @classmethod
    def start(
        cls,
        data_dir: Path,
        policy: Path | None = None,
        clock: Clock | None = None,
        say: Say = to_stderr,
        ending: Event | None = None,
        *,
        secure: bool | None = None,
    ) -> "Platform":
        """Ready when it returns. Without `policy`, `clock` or `secure`: as in the folder's earlier run, else demo, wall and open.

        Another thread or a signal handler may set `ending`: then Ended is raised. Raises Owned, StartFailed, KafkaMissing
        (all Expected). Nothing is left running then.
        """
        layout = Layout(data_dir.resolve())
        lock = Lock(layout.folders.run)
        lock.take()
        try:
            if left := end_leftovers(layout.folders.run):
                say(f"ended what an earlier run left behind: {', '.join(left)}")
            platform = cls(layout, prepare(layout, policy, clock, secure=secure), lock, say, ending or Event())
            platform._start_all()
        except BaseException:
            lock.release()
            raise
        return platform

    @property
    def endpoints(self) -> dict[str, object]:
        """Where everything answers."""
        return endpoints(self.state, self.layout)

    def stop(self) -> None:
        """Ends everything, in the order in which it does not need each other; nothing is left afterwards."""
        self._ending.set()
        servers = {"kafka", "postgres"}
        _all_at_once(child.stop for name, child in self.children.items() if name not in servers)
        _all_at_once(self.children[name].stop for name in servers)
        self._lock.release()

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self.children[name].kill()

    def pause(self, name: str) -> None:
        """SIGSTOP: the process hangs but is not gone."""
        self.children[name].send(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """SIGCONT."""
        self.children[name].send(signal.SIGCONT)

    def start_service(self, name: str) -> None:
        """Starts one process that has ended; ready when it returns."""
        self.launch(name)
        self.children[name].wait_ready()

    def launch(self, name: str) -> None:
        """Starts one process that has ended; does not wait for it (for the database it does)."""
        special = {"kafka": self.kafka.launch, "postgres": self.postgres.start}
        special.get(name, self.children[name].start)()

    def start_replica(self, service: str, name: str) -> None:
        """One more process of a service, on ports of its own."""
        http, metrics = free_ports(2)
        field = service.replace("-", "_")
        ports = dataclasses.replace(self.state.ports, **{field: http, f"{field}_metrics": metrics})
        program = programs.service(service, dataclasses.replace(self.state, ports=ports), self.layout)
        environment = {**program.env, "VANGNET_INSTANCE": name}
        self.children[name] = Child(dataclasses.replace(program, name=name, env=environment), self.layout.folders)
        self.start_service(name)

    def _programs(self) -> Iterable[Program]:
        yield from (programs.evaluator(name, self.state, self.layout) for name in EVALUATORS)
        yield programs.people(self.state, self.layout)
        yield from (programs.service(name, self.state, self.layout) for name in SERVICES)

    def _start_all(self) -> None:
        self.say(f"note: {ONE_MACHINE}")
        helpers = ["people", *(f"evaluator-{name}" for name in EVALUATORS)]
        try:
            self._start_together([self._start_kafka, self._start_postgres], helpers)
            self._start_together([], list(SERVICES))
        except BaseException:
            self.stop()
            raise

    def _start_together(self, jobs: list[Callable[[], None]], names: list[str]) -> None:
        """Ends early, with the first failure: the rest is killed, so that no thread goes on waiting for it."""
        with ThreadPoolExecutor() as pool:
            waiting = {pool.submit(job) for job in (*jobs, *(self._starter(name) for name in names))}
            try:
                while waiting:
                    done, waiting = wait(waiting, POLL, FIRST_COMPLETED)
                    for future in done:
                        future.result()
                    if self._ending.is_set():
                        raise Ended
            except BaseException:
                self._ending.set()
                for child in self.children.values():
                    child.kill()
                raise

    def _starter(self, name: str) -> Callable[[], None]:
        def start() -> None:
            if not self._ending.is_set():
                self.start_service(name)

        return start

    def _start_postgres(self) -> None:
        self.postgres.start()
        asyncio.run(bring_up_to_date({role: self.postgres.dsn(role) for role in ROLES}))

    def _start_kafka(self) -> None:
        self.kafka.start()
        if self.state.secure:
            wanted = catalogue(partner.name for partner in Shelf(self.layout.policy).in_force.partners)
            passwords = {name: read_secret(self.layout.kafka_password(name)) for name in principals(wanted)}
            grant(self.kafka.admin, wanted, passwords)
        Child(programs.topics_job(self.state, self.layout), self.layout.folders).run_to_end()


def _all_at_once(jobs: Iterable[Callable[[], None]]) -> None:
    with ThreadPoolExecutor() as pool:
        for future in [pool.submit(job) for job in jobs]:
            future.result()
