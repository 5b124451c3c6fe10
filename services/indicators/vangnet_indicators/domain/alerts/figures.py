"""I15 and I16 from numbers that may be said, and durations where there are enough of them."""

from collections.abc import Callable, Sequence
from statistics import median

from vangnet_contract.outcomes import OUTCOMES

from vangnet_indicators.domain.alerts.standing import (
    AlertStanding,
    outcome_measure,
    until_acknowledgement,
    until_release,
)
from vangnet_indicators.domain.disclosure.rounding import LEAST

Shown = Callable[[str], int | None]
"""Measure → its number as it may be said; None = not said."""
Figures = dict[str, int | float | None]


def figures(indicator: str, shown: Shown, released: Sequence[AlertStanding]) -> Figures:
    """`released`: the alerts of the window, for their durations."""
    return _durations(shown, released) if indicator == "I15" else _usefulness(shown)


def name_of(outcome: str) -> str:
    """As a figure: zorg-gestart → zorgGestart."""
    first, *rest = outcome.split("-")
    return first + "".join(word.capitalize() for word in rest)


def _durations(shown: Shown, released: Sequence[AlertStanding]) -> Figures:
    """Only where the number of alerts behind them is said: that they are shown tells no more than that number."""
    first = [hours for one in released if (hours := until_release(one)) is not None]
    second = [hours for one in released if (hours := until_acknowledgement(one)) is not None]
    return {
        **_spread("totVrijgave", first, shown("released")),
        "wachtOpVrijgave": shown("awaiting_release"),
        **_spread("totBevestiging", second, shown("acknowledged")),
        "wachtOpBevestiging": shown("awaiting_acknowledgement"),
        "vrijgegeven": shown("released"),
        "bevestigd": shown("acknowledged"),
    }


def _usefulness(shown: Shown) -> Figures:
    closed = shown("closed")
    return {
        "nieuwVoorOns": _percentage(shown("new"), shown("answered")),
        "beantwoord": shown("answered"),
        "gesloten": closed,
        "open": shown("open"),
        **{name_of(code): _percentage(shown(outcome_measure(code)), closed) for code in OUTCOMES},
    }


def _spread(name: str, hours: list[float], number: int | None) -> Figures:
    enough = number is not None and len(hours) >= LEAST
    return {
        f"{name}Mediaan": round(median(hours), 1) if enough else None,
        f"{name}P90": round(_p90(hours), 1) if enough else None,
    }


def _p90(hours: list[float]) -> float:
    """The least that nine in ten do not exceed."""
    return sorted(hours)[-(-9 * len(hours) // 10) - 1]


def _percentage(part: int | None, whole: int | None) -> int | None:
    """Of two numbers as shown, from ten on (indicators.csv): it tells no more than they do."""
    return None if part is None or not whole else min(100, round(100 * part / whole))
