"""The first look at all lines, before anything is sent: which are refused, and which events the others are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from vangnet_contract.reasons import Problem

from vangnet_partner.lines.line import Line, Unreadable, read_line
from vangnet_partner.lines.rules import line_problems, repeated_with_other_content


class Numbered(NamedTuple):
    """A line as it was handed in; numbers count from 1."""

    number: int
    raw: bytes


class Refusal(NamedTuple):
    """A line that may not be sent."""

    number: int
    own_id: str | None
    problems: list[Problem]


@dataclass
class Survey:
    """`first`: for each own id the number of the line that has it first, and the mark of its content.

    `lines` is the number of the last line; `sums` has a checksum of each: a file may change between two looks.
    """

    refused: dict[int, Refusal] = field(default_factory=dict)
    first: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    sums: dict[int, int] = field(default_factory=dict)
    lines: int = 0

    def sendable(self, line: Numbered) -> bool:
        """Whether this line was looked at, as it is now, and not refused."""
        return line.number not in self.refused and self.sums.get(line.number) == crc32(line.raw)


def numbered(raws: Iterable[bytes]) -> Iterator[Numbered]:
    """Blank lines count and are left out."""
    for number, raw in enumerate(raws, start=1):
        if stripped := raw.strip():
            yield Numbered(number, stripped)


def survey(lines: Iterable[Numbered], own_ids: bool, content: Callable[[bytes], bytes]) -> Survey:
    """Looks at every line; `content` marks what a line says."""
    seen = Survey()
    for number, raw in lines:
        seen.lines, seen.sums[number] = number, crc32(raw)
        line = inspect(raw, own_ids)
        if isinstance(line, Unreadable):
            seen.refused[number] = Refusal(number, *line)
            continue
        mark = content(line.canonical)
        first_number, first_mark = seen.first.setdefault(line.id, (number, mark))
        if first_mark != mark:
            seen.refused[number] = Refusal(number, line.id, list(repeated_with_other_content(first_number)))
    return seen


def inspect(raw: bytes, own_ids: bool) -> Line | Unreadable:
    """A line that may be sent, or why not."""
    line = read_line(raw)
    if isinstance(line, Unreadable):
        return line
    problems = line_problems(line, own_ids)
    return Unreadable(line.id, problems) if problems else line
