"""The timeline: where dots stand, as percentages of the width, so that the drawing fits any screen."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from vangnet_contract.dutch import SHORT_MONTHS, day
from vangnet_contract.happening_words import GROUP_TEXT
from vangnet_contract.taxonomy import GROUPS, Group

from vangnet_notifier.domain.release import Released

LEFT, RIGHT = 6.0, 94.0  # percent: dots and their labels stay inside
ROW = 56  # pixels
MAX_LABELS = 6


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """The events of one group on one day. `x` in percent."""

    x: float
    number: int
    title: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One group. `y` = middle, in pixels."""

    group: Group
    name: str
    y: int
    dots: tuple[Dot, ...]


class Mark(msgspec.Struct, frozen=True):
    """The first of a month, or the first and last day when no month begins between them."""

    x: float
    label: str


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The whole drawing; `height` in pixels."""

    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    height: int
    description: str


def timeline(shown: Sequence[Released]) -> Timeline | None:
    """The dated events by group; None when no event may be dated."""
    dated = [(item.day, item.group) for item in shown if item.day and item.group]
    if not dated:
        return None
    first, last = min(d for d, _ in dated), max(d for d, _ in dated)
    groups = [group for group in GROUPS if any(g == group for _, g in dated)]
    rows = tuple(_row(group, index, dated, (first, last)) for index, group in enumerate(groups))
    description = f"Van {day(first)} tot en met {day(last)}: " + ", ".join(
        f"{row.name.lower()} {sum(dot.number for dot in row.dots)}" for row in rows
    )
    return Timeline(
        rows=rows, marks=_marks(first, last), height=len(rows) * ROW + 32, description=f"{description} keer."
    )


def _row(group: Group, index: int, dated: Sequence[tuple[date, Group]], span: tuple[date, date]) -> Row:
    days = Counter(d for d, g in dated if g == group)
    dots = tuple(
        Dot(x=_x(d, span), number=n, title=f"{GROUP_TEXT[group]}, {day(d)}" + (f": {n} keer" if n > 1 else ""))
        for d, n in sorted(days.items())
    )
    return Row(group=group, name=GROUP_TEXT[group], y=index * ROW + 38, dots=dots)


def _x(value: date, span: tuple[date, date]) -> float:
    first, last = span
    part = (value - first) / (last - first) if last > first else 0.5
    return round(LEFT + part * (RIGHT - LEFT), 2)


def _marks(first: date, last: date) -> tuple[Mark, ...]:
    months = [d for d in _days(first, last) if d.day == 1]
    if len(months) < 2:
        return tuple(Mark(_x(d, (first, last)), f"{d.day} {SHORT_MONTHS[d.month - 1]}") for d in sorted({first, last}))
    every = -(-len(months) // MAX_LABELS)
    return tuple(Mark(_x(d, (first, last)), _month(d, d is months[0])) for d in months[::every])


def _month(value: date, with_year: bool) -> str:
    name = SHORT_MONTHS[value.month - 1]
    return f"{name} {value.year}" if with_year or value.month == 1 else name


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
