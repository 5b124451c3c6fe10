"""What may be seen of an event: sensitivity × the partner's level."""

from datetime import UTC, date, datetime

import pytest
from vangnet_contract.taxonomy import event_types
from vangnet_notifier.domain.release import Released, local_day, released

from tests.unit.notifier.signals import CRISIS, E33, EVICTION, MEASURE, evidence

DAY = date(2026, 1, 13)
NAME = "Overlast door verward/overspannen persoon"


@pytest.mark.parametrize(
    ("event_type", "level", "seen"),
    [
        (E33, None, Released(group="politie", type_name=NAME, day=DAY)),
        (E33, "datum", Released(group="politie", type_name=NAME, day=DAY)),
        (E33, "soort", Released(group="politie", type_name=NAME)),
        (E33, "aanwezigheid", Released(group="politie")),
        (E33, "niets", Released()),
        (E33, "iets-nieuws", Released()),
        (EVICTION, None, Released(group="politie", type_name="Aankondiging huisuitzetting / ontruiming", day=DAY)),
        (CRISIS, None, Released(group="politie", day=DAY)),
        (CRISIS, "soort", Released(group="politie")),
        (CRISIS, "niets", Released()),
        (MEASURE, None, Released(group="politie", day=DAY)),
        (MEASURE, "aanwezigheid", Released(group="politie")),
        ("nl.oggz-signalen.onbekend.v1", None, Released(group="politie", day=DAY)),
    ],
)
def test_the_table(event_type: str, level: str | None, seen: Released) -> None:
    assert released(evidence(1, event_type=event_type, release=level)) == seen


def test_no_type_of_s3_or_s4_is_ever_named() -> None:
    for event_type in event_types().values():
        for level in (None, "datum", "soort", "aanwezigheid", "niets"):
            seen = released(evidence(1, event_type=event_type.type, release=level))
            assert seen.type_name is None or event_type.sensitivity in ("S0", "S1", "S2")


def test_the_day_is_the_day_in_the_netherlands() -> None:
    assert local_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)
