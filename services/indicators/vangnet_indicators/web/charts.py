"""A column chart as numbers for a template: the region, quarter after quarter. The table beside it says the same."""

from collections.abc import Sequence

import msgspec
from vangnet_contract.dutch import number

WIDTH, HEIGHT, FLOOR, TOP = 640, 220, 180, 24


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """In the units of the drawing. `text` empty: nothing is said of it, and nothing drawn."""

    x: float
    middle: float
    width: float
    y: float
    height: float
    text: str
    label: str


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """`description` says in words what is drawn."""

    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR
    columns: tuple[Column, ...]
    description: str


def chart(points: Sequence[tuple[str, float | None]], unit: str) -> Chart | None:
    """Of (label, value); None when there is no value at all."""
    values = [value for _, value in points if value is not None]
    if not values:
        return None
    step = WIDTH / len(points)
    columns = tuple(_column(place, step, label, value, max(values)) for place, (label, value) in enumerate(points))
    told = ", ".join(f"{column.label}: {column.text or 'niet getoond'}" for column in columns)
    return Chart(columns=columns, description=f"{unit}. {told}.")


def _column(place: int, step: float, label: str, value: float | None, most: float) -> Column:
    height = 0.0 if value is None or not most else round((FLOOR - TOP) * value / most, 1)
    width = round(min(step * 0.6, 72), 1)
    return Column(
        x=round(place * step + (step - width) / 2, 1),
        middle=round(place * step + step / 2, 1),
        width=width,
        y=round(FLOOR - height, 1),
        height=height,
        text=number(value),
        label=label,
    )
