"""Public holidays in the Netherlands, computed: nothing is fetched. Bevrijdingsdag is a day off once in five years (CAO Rijk,
CAO Gemeenten); Goede Vrijdag is none."""

from datetime import date, timedelta
from functools import cache


@cache
def public_holidays(year: int) -> dict[date, str]:
    """Day → name, of 1900 and later."""
    sunday = easter(year)
    found = {
        date(year, 1, 1): "Nieuwjaarsdag",
        sunday: "eerste paasdag",
        sunday + timedelta(days=1): "tweede paasdag",
        kings_day(year): "Koningsdag",
        sunday + timedelta(days=39): "Hemelvaartsdag",
        sunday + timedelta(days=49): "eerste pinksterdag",
        sunday + timedelta(days=50): "tweede pinksterdag",
        date(year, 12, 25): "eerste kerstdag",
        date(year, 12, 26): "tweede kerstdag",
    }
    if year % 5 == 0:
        found.setdefault(date(year, 5, 5), "Bevrijdingsdag")
    return found


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus/Jones/Butcher; Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def kings_day(year: int) -> date:
    """27 April; on a Sunday the day before."""
    day = date(year, 4, 27)
    return day - timedelta(days=1) if day.isoweekday() == 7 else day
