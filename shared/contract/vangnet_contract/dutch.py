"""Dates, times and numbers as people in the Netherlands read them, always in Dutch time."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Amsterdam")
MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


def day(value: date) -> str:
    """12 januari 2026."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """maandag 12 januari 2026, 02.10 uur."""
    local = value.astimezone(LOCAL)
    return f"{WEEKDAYS[local.weekday()]} {day(local.date())}, {local:%H.%M} uur"


def short_days(days: Iterable[date]) -> str:
    """12 jan, 3 feb; with the year when they do not lie in one year."""
    values = sorted(set(days))
    years = len({value.year for value in values}) > 1
    return ", ".join(
        f"{value.day} {SHORT_MONTHS[value.month - 1]}" + (f" {value.year}" if years else "") for value in values
    )


def ago(value: datetime, now: datetime) -> str:
    """How long ago: 5 minuten, 3 uur, 2 dagen."""
    passed = max(now - value, timedelta())
    if passed < timedelta(minutes=1):
        return "zojuist"
    if passed < timedelta(hours=1):
        return f"{counted(int(passed.total_seconds() // 60), 'minuut', 'minuten')} geleden"
    if passed < timedelta(days=1):
        return f"{int(passed.total_seconds() // 3600)} uur geleden"
    return f"{counted(passed.days, 'dag', 'dagen')} geleden"


def counted(number: int, one: str, more: str) -> str:
    """1 voorval, 4 voorvallen."""
    return f"{number} {one if number == 1 else more}"


def listed(words: Sequence[str], last: str = "en") -> str:
    """a, b en c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def number(value: float | None) -> str:
    """1.234,5; an empty place where there is none."""
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))
