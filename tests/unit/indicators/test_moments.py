"""Every rule at the edges of its windows, over clock changes, leap days, midnight and year ends: what the oracle finds."""

from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from vangnet_indicators.domain.episodes import Known, episodes
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.packed import municipality_code
from vangnet_simulator.oracle import rules as oracle
from vangnet_simulator.oracle.terms import Heard

from tests.unit.indicators.people import (
    BOOK,
    CARE,
    CARERS,
    DAY,
    DISCHARGE,
    DROPOUT,
    E14,
    ENDED,
    EVICTION,
    HOUR,
    POLICE,
    POLICY,
    REQUEST,
    SHELTER,
    SOCIAL,
    START,
    STARTED,
    WORLD,
    Kind,
    fact,
    record,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TINY = timedelta(microseconds=1)
UNTIL = START + 2000 * DAY
KNOWN = Known(micros(UNTIL), dict.fromkeys(CARERS, micros(UNTIL)))
HEARD = Heard(tick=UNTIL, up_to=dict.fromkeys(CARERS, UNTIL))
DAYS = ("2026-03-29", "2026-10-25", "2028-02-29", "2026-12-31", "2027-01-01")
BEGINS: dict[str, tuple[Kind, ...]] = {
    "R1": (POLICE,), "R2": (POLICE,), "R10": (POLICE,), "R4": (SOCIAL,), "R5": (POLICE,), "R6a": (POLICE,), "R6b": (POLICE,),
    "R3": (DISCHARGE,), "R7": (E14, DISCHARGE), "R8": ((EVICTION, {"fase": "aangekondigd"}),), "R9": ((SHELTER, ENDED),),
}  # fmt: skip
FOLLOWS: dict[str, Kind] = {"R6a": DROPOUT, "R6b": (CARE, STARTED), "R7": E14, "R9": (CARE, STARTED)}
WINDOWS = {
    "R1": (90,), "R2": (14,), "R10": (1,), "R3": (3, 30), "R4": (30,), "R5": (28, 35, 215), "R6a": (60,), "R6b": (14,),
    "R7": (30, 180), "R8": (90,), "R9": (14,),
}  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("clock", ["00:00", "02:30", "23:59:59.999999"])
@pytest.mark.parametrize("rule", sorted(WINDOWS))
def test_at_the_edge_of_a_window(rule: str, day: str, clock: str) -> None:
    """Something begins at that local moment; as many as needed come at exactly the window's end, and a moment beside it."""
    begin = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=AMSTERDAM).astimezone(START.tzinfo)
    differ = set()
    for days, beside, kind in product(WINDOWS[rule], (-TINY, timedelta(), TINY), BEGINS[rule]):
        end = begin + timedelta(seconds=days * 86_400) + beside
        between = [end - n * (7 * HOUR if days == 1 else DAY) for n in (1, 2)]
        follows = FOLLOWS.get(rule, POLICE)
        place = "GM0995" if rule == "R4" else "GM0034"  # two groups are enough there
        records = [
            record("open", begin - 100 * DAY, REQUEST),
            record("a", begin, kind, place),
            *(record(f"b{n}", at, POLICE, place) for n, at in enumerate(between) if at > begin and rule not in FOLLOWS),
            record("c", end, follows, place),
        ]
        found = same_as_the_oracle(rule, records)
        differ.add(tuple(found))
    assert len(differ) > 1, "the edge makes no difference: this tests nothing"


def same_as_the_oracle(rule_id: str, records: list) -> list[tuple]:
    history = History()
    for one in records:
        history.add(one)
    (mine,) = (one for one in BOOK.rules if one.id == rule_id)
    (plain,) = (one for one in WORLD.rules if one["id"] == rule_id)
    found = [
        (one.crossed_at, one.last, one.ends_at, municipality_code(one.lead), one.occurrences, one.events)
        for one in episodes(Life(history, BOOK), mine, KNOWN)
    ]
    expected = [
        (one.crossed_at, one.last, one.ends_at, one.lead, one.occurrences, one.events)
        for one in oracle.episodes(map(fact, records), plain, WORLD, HEARD)
    ]
    assert found == expected
    return found


def test_every_rule_about_persons_is_tried() -> None:
    assert {rule.id for rule in POLICY.rules} == set(WINDOWS)
