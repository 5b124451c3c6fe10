"""`python -m vangnet_local.kafka_archive`: runs a broker once and keeps what every later start can use: its classes as they
were in memory (a start takes 1.6 s and not 4.7 s) and a formatted folder. deploy/setup.sh calls it with the jars in place."""

import dataclasses
import os
import shutil
import tempfile
from pathlib import Path

from vangnet_local.kafka import ARCHIVE, FORMATTED, Kafka, home


def write_archive() -> None:
    """Writes both beside the jars, the archive last. java writes it when the broker ends, which takes some seconds. Each comes
    to its name whole: a broker that starts meanwhile maps the old archive, and half of a new one would end it."""
    with tempfile.TemporaryDirectory() as folder:
        archive, formatted = Path(folder) / ARCHIVE, Path(folder) / FORMATTED
        kafka = Kafka(Path(folder) / "kafka", java_options=[f"-XX:ArchiveClassesAtExit={archive}", "-Xlog:disable"])
        kafka.child.program = dataclasses.replace(kafka.child.program, grace=120)
        kafka.prepare()
        shutil.copytree(kafka.data, formatted)
        kafka.start()
        kafka.stop()
        put_in_place(formatted, home() / FORMATTED)
        put_in_place(archive, home() / ARCHIVE)


def put_in_place(source: Path, target: Path) -> None:
    """Copies a file or folder beside `target` and renames it; who opened the old one keeps it."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    if source.is_dir():
        shutil.copytree(source, beside)
        shutil.rmtree(target, ignore_errors=True)
    else:
        shutil.copyfile(source, beside)
    beside.replace(target)


if __name__ == "__main__":
    write_archive()
