"""A real Kafka broker (KRaft, one node) in a folder, on loopback. Jars: deploy/kafka/pom.xml, brought by deploy/setup.sh."""

import base64
import os
import shutil
import socket
import ssl
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import NamedTuple

from vangnet_runtime.broker import Broker

from vangnet_local.failures import Expected
from vangnet_local.pki import ensure, make_authority
from vangnet_local.ports import LOOPBACK, free_ports
from vangnet_local.processes import Child, Folders, Program

SETTINGS = Template("""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@$host:$controller_port
controller.listener.names=CONTROLLER
$doors
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

OPEN = Template("""\
listeners=PLAINTEXT://$host:$port,CONTROLLER://$host:$controller_port
advertised.listeners=PLAINTEXT://$host:$port
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT""")

SECURED = Template("""\
listeners=SASL_SSL://$host:$port,SSL://$host:$tls_port,CONTROLLER://$host:$controller_port
advertised.listeners=SASL_SSL://$host:$port,SSL://$host:$tls_port
inter.broker.listener.name=SSL
listener.security.protocol.map=CONTROLLER:SSL,SASL_SSL:SASL_SSL,SSL:SSL
listener.name.ssl.ssl.client.auth=required
listener.name.controller.ssl.client.auth=required
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.enabled.protocols=TLSv1.3
ssl.keystore.type=PEM
ssl.keystore.location=$pki/broker-store.pem
ssl.truststore.type=PEM
ssl.truststore.location=$pki/ca.pem
ssl.principal.mapping.rules=RULE:^CN=([a-z0-9-]+)$$/$$1/,DEFAULT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:broker;User:admin""")
"""By name and password (SASL_SSL), or by a certificate of our own authority (SSL), which the broker and the administrator use. Whoever
is named in no rule may do nothing."""

BROKER, ADMIN = "broker", "admin"
"""Names in certificates; both may do everything."""

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


class Tls(NamedTuple):
    """What a secured broker has beside: the folder of its authority (vangnet_local.pki), and a port for who comes by certificate."""

    pki: Path
    port: int


class Kafka:
    """One broker. The same folder and ports after a stop, a SIGKILL or a restart of the machine: the same data."""

    def __init__(
        self,
        folder: Path,
        folders: Folders | None = None,
        ports: tuple[int, int] | None = None,
        java_options: Sequence[str] | None = None,
        tls: Tls | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.tls = tls
        self.port, self.controller_port = ports or free_ports(2)
        self._java = java_command(
            self.folder / "log4j2.yaml", shared_classes() if java_options is None else java_options
        )
        argv = [*self._java, "kafka.Kafka", str(self.folder / "server.properties")]
        program = Program("kafka", argv, lambda: answers(self.port, secured=tls is not None))
        self.child = Child(program, folders or Folders(self.folder / "run", self.folder / "logs"))

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def admin(self) -> Broker:
        """For who may do everything."""
        if self.tls is None:
            return Broker(self.bootstrap)
        pki = self.tls.pki
        certificate, key = pki / f"{ADMIN}.pem", pki / f"{ADMIN}-key.pem"
        return Broker(f"{LOOPBACK}:{self.tls.port}", "SSL", pki / "ca.pem", certificate=certificate, key=key)

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
        where = {"host": LOOPBACK, "port": self.port, "controller_port": self.controller_port}
        if self.tls is None:
            doors = OPEN.substitute(where)
        else:
            make_authority(self.tls.pki)
            ensure(self.tls.pki, BROKER, [LOOPBACK, "localhost"])
            ensure(self.tls.pki, ADMIN)
            doors = SECURED.substitute(where, tls_port=self.tls.port, pki=self.tls.pki)
        settings = SETTINGS.substitute(where, doors=doors, data=self.data)
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


def answers(port: int, *, secured: bool = False) -> bool:
    """Whether a broker answers an ApiVersions request (key 18, version 0): it does so only once clients may work. Of a secured one: before
    anybody says who he is; whether it is the right broker is for its clients to see."""
    body = struct.pack(">hhih", 18, 0, 1, -1)
    try:
        with _opened(port, secured=secured) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            return len(connection.recv(4)) > 0
    except OSError:
        return False


def _opened(port: int, *, secured: bool) -> socket.socket:
    connection = socket.create_connection((LOOPBACK, port), timeout=2)
    if not secured:
        return connection
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(connection)


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
