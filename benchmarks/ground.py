"""What is measured on: the platform as `vangnet up` starts it, real Kafka and PostgreSQL; services run when they are asked for."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import psutil
from kafka.admin import KafkaAdminClient
from vangnet_contract import topics
from vangnet_contract.policy import Policy, load_policy
from vangnet_local.endpoints import SERVICES, STATEFUL
from vangnet_local.layout import Layout
from vangnet_local.platform import Platform
from vangnet_local.postgres import SUPERUSER
from vangnet_runtime.broker import Broker
from vangnet_runtime.kafka import make_topics


class Ground:
    """One platform for a whole run. Every measurement begins with `reset`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _platform(self) -> Platform:
        """Started when it is first needed."""
        return Platform.start(self._folder, None, "wall", say=lambda line: None)

    def stop(self) -> None:
        """Ends everything."""
        if "_platform" in self.__dict__:
            self._platform.stop()

    @cached_property
    def policy(self) -> Policy:
        """The one that the services run with."""
        return load_policy(self.layout.policy)

    @property
    def kafka(self) -> str:
        """`host:port`."""
        return self._platform.kafka.bootstrap

    @property
    def layout(self) -> Layout:
        """Where keys and settings lie."""
        return self._platform.layout

    def dsn(self, role: str = SUPERUSER) -> str:
        """The database, as that role."""
        return self._platform.postgres.dsn(role)

    def reset(self) -> None:
        """No service runs, all topics and tables are empty. Evaluators, login and tokens go on."""
        for name in SERVICES:
            self._platform.children[name].stop()
        for name in STATEFUL:
            self._platform.postgres.sql(f"DROP SCHEMA {name} CASCADE; CREATE SCHEMA {name} AUTHORIZATION {name};")
        wanted = topics.catalogue(partner.name for partner in self.policy.partners)
        _delete_topics(self.kafka, [topic.name for topic in wanted])
        make_topics(Broker(self.kafka), wanted)

    @contextmanager
    def running(self, *names: str, settings: Mapping[str, str] | None = None) -> Iterator[None]:
        """These services, until the end of the block. `settings`: more environment for them."""
        for name in names:
            self._start(name, settings or {})
        try:
            yield
        finally:
            for name in names:
                self._platform.children[name].stop()

    def cpu_seconds(self, *names: str) -> float:
        """Processor time that these processes and their children have used."""
        return sum(cpu_seconds(self._platform.children[name].pid) for name in names)

    def pid(self, name: str) -> int:
        """Of a service that runs."""
        pid = self._platform.children[name].pid
        assert pid is not None
        return pid

    def kill(self, name: str) -> None:
        """SIGKILL, to the service's own process."""
        self._platform.kill(name)

    def launch(self, name: str) -> None:
        """Starts a service that has ended; does not wait for it."""
        self._platform.launch(name)

    def _start(self, name: str, settings: Mapping[str, str]) -> None:
        child = self._platform.children[name]
        usual = child.program
        child.program = replace(usual, env={**usual.env, **settings})
        try:
            self._platform.start_service(name)
        finally:
            child.program = usual


def _delete_topics(kafka: str, names: Sequence[str]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=kafka, bootstrap_timeout_ms=10_000)
    try:
        admin.delete_topics(list(names), raise_errors=False)
        while set(admin.list_topics()) & set(names):
            time.sleep(0.05)
    finally:
        admin.close()


def cpu_seconds(pid: int | None) -> float:
    """Processor time of a process and its children."""
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))
