"""Where lines come from: something that can be gone through more than once and gives the same each time."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from vangnet_partner.lines.survey import Numbered, numbered

Given = str | bytes | Mapping[str, Any]


@dataclass(frozen=True)
class FileLines:
    """The lines of a file, those after line number `after`. `growing`: a last line that is not whole yet is left out."""

    path: Path
    after: int = 0
    growing: bool = False

    def __iter__(self) -> Iterator[Numbered]:
        with self.path.open("rb") as file:
            whole = (raw for raw in file if not (self.growing and _unfinished(raw)))
            yield from (line for line in numbered(whole) if line.number > self.after)


def _unfinished(raw: bytes) -> bool:
    """Still being written: no end of line yet, and no whole value."""
    if raw.endswith(b"\n"):
        return False
    try:
        json.loads(raw)
    except ValueError:
        return True
    return False


def lines_of(file: str) -> Iterable[Numbered]:
    """The lines of a file; `-` is stdin, read to its end. Raises OSError when there is no such file."""
    if file == "-":
        return list(numbered(sys.stdin.buffer))
    path = Path(file)
    with path.open("rb") as opened:
        return FileLines(path) if path.is_file() else list(numbered(opened))  # a pipe gives its lines once


def given_lines(lines: Iterable[Given]) -> list[Numbered]:
    """Lines handed in by a program: texts as in a file, or mappings."""
    return [Numbered(number, _raw(line)) for number, line in enumerate(lines, start=1)]


def _raw(line: Given) -> bytes:
    if isinstance(line, bytes):
        return line
    return line.encode() if isinstance(line, str) else msgspec.json.encode(line)
