"""Whether the whole trail is as it was written: the chain from its first line to its last, against the published heads."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from vangnet_contract.messages import TrailHead

from vangnet_notifier.domain.chain import Content, Line, follows, says

PUBLISHED_WITHIN = timedelta(hours=1)
"""A line older than this that no published head covers: publishing has stopped, or was stopped."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """No `findings` = the trail is whole. `erased` = lines whose content is gone by the trail's own word; `covered` = the last
    line that a published head vouches for, 0 = none."""

    lines: int
    erased: int
    covered: int
    heads: int
    findings: list[str]


class Verifier:
    """Takes every number once, in order, then says what it found. `heads` = what was published; None = not compared."""

    def __init__(self, heads: Sequence[TrailHead] | None) -> None:
        self._heads = sorted(heads or (), key=lambda head: head.line)
        self._compares = heads is not None
        self._covered = self._heads[-1].line if self._heads else 0
        self._published = {head.line for head in self._heads}
        self._hashes: dict[int, str] = {}
        self._days: set[date] = set()
        self._last: Line | None = None
        self._uncovered: Line | None = None
        self._lines = 0
        self._gone: dict[int, str] = {}
        self._erased: set[int] = set()
        self._findings: list[str] = []

    def take(self, line: Line | None, content: Content | None) -> None:
        """One number: its line and what it says, or only one of the two."""
        if content is not None:
            self._erased.update(content.erased)
        if line is not None:
            self._find(follows(self._last, line))
            self._take(line, content)
        elif content is not None:
            self._find(f"the trail says something under number {content.id}, which the chain does not have")

    def verdict(self, now: datetime) -> Verdict:
        """After the last one. `now` = the database's."""
        unexplained = [where for number, where in self._gone.items() if number not in self._erased]
        for where in unexplained:
            self._find(f"what {where} said is gone, and no line says that it was erased")
        for finding in self._compared(now) if self._compares else []:
            self._find(finding)
        return Verdict(
            lines=self._lines,
            erased=len(self._gone) - len(unexplained),
            covered=min(self._covered, self._last.id if self._last else 0),
            heads=len(self._heads),
            findings=self._findings,
        )

    def _take(self, line: Line, content: Content | None) -> None:
        if content is None:
            self._gone[line.id] = str(line)
        else:
            self._find(says(line, content))
        if line.id in self._published:
            self._hashes[line.id] = line.hash.hex()
        if line.id > self._covered and self._uncovered is None:
            self._uncovered = line
        self._days.add(line.day)
        self._last, self._lines = line, self._lines + 1

    def _find(self, finding: str | None) -> None:
        if finding:
            self._findings.append(finding)

    def _compared(self, now: datetime) -> list[str]:
        return [*self._days_gone(), *self._tail_cut(), *self._rewritten(), *self._unpublished(now)]

    def _unpublished(self, now: datetime) -> list[str]:
        line = self._uncovered
        if line is None or now - line.recorded_at <= PUBLISHED_WITHIN:
            return []
        return [f"no head was published since {line}, written {line.recorded_at:%Y-%m-%d %H:%M} UTC"]

    def _days_gone(self) -> list[str]:
        newest = {head.day: head for head in self._heads if head.day not in self._days}
        return [
            f"day {day} is gone whole: it had {head.place} line(s) when its head was published at {head.at:%Y-%m-%d %H:%M} UTC"
            for day, head in newest.items()
        ]

    def _tail_cut(self) -> list[str]:
        reached = self._last.id if self._last else 0
        beyond = [head for head in self._heads if head.line > reached]
        if not beyond:
            return []
        head, last = beyond[-1], self._last or "the beginning"
        return [
            f"the tail is cut after {last}: line {head.line} (day {head.day}, number {head.place}) was published at "
            f"{head.at:%Y-%m-%d %H:%M} UTC"
        ]

    def _rewritten(self) -> list[str]:
        """The first head that the chain does not have: what comes after it cannot agree either."""
        agreed = 0
        for head in self._heads:
            if self._hashes.get(head.line, head.hash) != head.hash:
                return [
                    f"line {head.line} (day {head.day}, number {head.place}) is not the one that was published at "
                    f"{head.at:%Y-%m-%d %H:%M} UTC: the chain was made anew after line {agreed}, the last that agrees"
                ]
            agreed = head.line if head.line in self._hashes else agreed
        return []
