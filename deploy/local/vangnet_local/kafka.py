"""A real Kafka broker (KRaft, one node) in a folder, on loopback. Jars: deploy/kafka/pom.xml, brought by deploy/setup.sh."""

import base64
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from string import Template

from vangnet_local.failures import Expected
from vangnet_local.ports import LOOPBACK, free_ports
from vangnet_local.processes import Child, Folders, Program

SETTINGS = Template("""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@$host:$controller_port
listeners=PLAINTEXT://$host:$port,CONTROLLER://$host:$controller_port
advertised.listeners=PLAINTEXT://$host:$port
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$data
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
offsets.retention.minutes=525600
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=8388608
log.index.size.max.bytes=1048576
num.io.threads=4
num.network.threads=2
background.threads=2
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
""")

LOGGING = """\
Configuration:
  Appenders:
    Console:
      name: OUT
      PatternLayout:
        pattern: "%d{ISO8601} %p %m (%c)%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        - ref: OUT
    Logger:
      - name: kafka.server.KafkaRaftServer
        level: INFO
"""

CLUSTER_ID = base64.urlsafe_b64encode(b"vangnet-local-01").decode().rstrip("=")
"""16 bytes in 22 characters; a random one may begin with `-`, which Kafka's command takes for an option."""

ARCHIVE = "classes.jsa"
"""Classes as an earlier run had them in memory (JDK class data sharing): a start takes a third of the time."""

FORMATTED = "formatted"
"""The files of a freshly formatted folder: they name cluster, node and metadata version, nothing of the place."""

OLDEST_JAVA = 17


class KafkaMissing(Expected):
    """No Java runtime or no jars; the text says which command brings them."""


class Kafka:
    """One broker. The same folder and ports after a stop, a SIGKILL or a restart of the machine: the same data."""

    def __init__(
        self,
        folder: Path,
        folders: Folders | None = None,
        ports: tuple[int, int] | None = None,
        java_options: Sequence[str] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.port, self.controller_port = ports or free_ports(2)
        self._java = java_command(
            self.folder / "log4j2.yaml", shared_classes() if java_options is None else java_options
        )
        argv = [*self._java, "kafka.Kafka", str(self.folder / "server.properties")]
        program = Program("kafka", argv, lambda: answers(self.port))
        self.child = Child(program, folders or Folders(self.folder / "run", self.folder / "logs"))

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Ready for clients when it returns."""
        self.launch()
        self.child.wait_ready()

    def launch(self) -> None:
        """Prepares the folder and starts the process; does not wait."""
        self.prepare()
        self.child.start()

    def prepare(self) -> None:
        """Writes the settings and formats the folder when it is new."""
        self.data.mkdir(parents=True, exist_ok=True)
        settings = SETTINGS.substitute(
            host=LOOPBACK, port=self.port, controller_port=self.controller_port, data=self.data
        )
        (self.folder / "server.properties").write_text(settings)
        (self.folder / "log4j2.yaml").write_text(LOGGING)
        if not (self.data / "meta.properties").exists():
            self._format()

    def stop(self) -> None:
        """Orderly."""
        self.child.stop()

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()

    def _format(self) -> None:
        """Kafka's own command takes a second of Java; what it wrote for the class archive serves every new folder."""
        template = home() / FORMATTED
        if template.exists():
            for file in sorted(template.iterdir()):  # meta.properties, which says that it is formatted, last
                shutil.copyfile(file, self.data / file.name)
            return
        settings = str(self.folder / "server.properties")
        tool = [*self._java, "kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID, "--config", settings]
        done = subprocess.run(tool, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise KafkaMissing(f"Kafka could not format {self.folder}:\n{done.stdout}{done.stderr}".rstrip())


def answers(port: int) -> bool:
    """Whether a broker answers an ApiVersions request (key 18, version 0): it does so only once clients may work."""
    body = struct.pack(">hhih", 18, 0, 1, -1)
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            return len(connection.recv(4)) > 0
    except OSError:
        return False


def home() -> Path:
    """Where deploy/setup.sh puts `libs/` and the class archive; VANGNET_KAFKA_HOME names another place."""
    here = Path(__file__).resolve().parents[3] / ".tools" / "kafka"
    return Path(os.environ.get("VANGNET_KAFKA_HOME", here))


def shared_classes() -> list[str]:
    """Options that use the class archive; java goes on without when it is missing or made by another java."""
    return [f"-XX:SharedArchiveFile={home() / ARCHIVE}", "-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr"]


def java_command(logging: Path, options: Sequence[str]) -> list[str]:
    """java with Kafka's jars and room for a small region: 512 MiB of heap, quick to start."""
    jars = sorted((home() / "libs").glob("*.jar"))
    if not jars:
        raise KafkaMissing(f"Kafka's jars are not in {home() / 'libs'}: run `make setup`")
    memory = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"]
    settings = [f"-Dlog4j2.configurationFile={logging}", "-Djava.awt.headless=true"]
    return [_java(), *options, *memory, *settings, "-cp", ":".join(map(str, jars))]


def _java() -> str:
    beside = Path(os.environ.get("JAVA_HOME", "/nonexistent")) / "bin" / "java"
    found = str(beside) if beside.exists() else shutil.which("java")
    if not found:
        raise KafkaMissing(f"Kafka needs Java {OLDEST_JAVA} or newer and `java` was not found: run `make setup`")
    return found
