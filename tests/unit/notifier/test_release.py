"""What may be seen of an event: sensitivity × the partner's level."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from vangnet_contract.policy.release import LEVELS, Level, Release
from vangnet_contract.taxonomy import event_types
from vangnet_notifier.domain.release import Released, Role, View, local_day, released, view_of

from tests.unit.notifier.signals import ALMERE, CRISIS, E33, EVICTION, MEASURE, NOBODY, REVIEWER, evidence

REVIEWING = View(Role.REVIEWER)
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
    assert released(evidence(1, event_type=event_type, release=level), REVIEWING) == seen


def test_of_an_own_report_the_reference_is_seen_and_of_others_never() -> None:
    narrow = Release(coordinator={"politie": "niets", "zorg": "niets"})
    own = view_of(msgspec.structs.replace(ALMERE, organisation="politie"), narrow)
    assert released(evidence(1), own) == Released(group="politie", type_name=NAME, day=DAY, own="e1")
    assert released(evidence(1, event_type=CRISIS, release="niets"), own) == Released(
        group="politie", day=DAY, own="e1"
    )
    for organisation in ("ggz", None):
        other = view_of(msgspec.structs.replace(ALMERE, organisation=organisation), narrow)
        assert released(evidence(1), other) == Released()
    nobody = view_of(msgspec.structs.replace(NOBODY, organisation="politie"), narrow)
    assert released(evidence(1), nobody) == Released()


def test_no_type_of_s3_or_s4_is_ever_named() -> None:
    for event_type in event_types().values():
        for level in (None, "datum", "soort", "aanwezigheid", "niets"):
            seen = released(evidence(1, event_type=event_type.type, release=level), REVIEWING)
            assert seen.type_name is None or event_type.sensitivity in ("S0", "S1", "S2")


def test_the_day_is_the_day_in_the_netherlands() -> None:
    assert local_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("most", LEVELS)
@pytest.mark.parametrize("allowed", [None, *LEVELS])
def test_the_narrowest_of_policy_and_partner_holds_for_every_role(role: Role, most: Level, allowed: str | None) -> None:
    policy = Release(beoordelaar={"politie": most}, coordinator={"politie": most}, bericht={"politie": most})
    seen = released(evidence(1, release=allowed), View(role, policy))
    width = min(LEVELS.index(most), LEVELS.index(allowed) if allowed else 3) if role is not Role.NOBODY else 0
    assert [seen.group is not None, seen.type_name is not None, seen.day is not None] == [width >= n for n in (1, 2, 3)]


def test_what_leaves_the_house_says_nothing_unless_policy_does() -> None:
    assert released(evidence(1), View(Role.MESSAGE)) == released(evidence(1), View(Role.NOBODY)) == Released()


def test_who_looks_as_what() -> None:
    both = msgspec.structs.replace(REVIEWER, municipalities=frozenset({"GM0034"}))
    roles = [view_of(actor, Release()).role for actor in (REVIEWER, both, ALMERE, NOBODY)]
    assert roles == [Role.REVIEWER, Role.REVIEWER, Role.COORDINATOR, Role.NOBODY]
