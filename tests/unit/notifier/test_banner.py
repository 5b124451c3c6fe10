"""What stands above the pages: who reads it, and how it is said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from vangnet_contract.messages import RegionalSignal
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.banner import banner

from tests.unit.notifier.signals import ALMERE, NOBODY, POLICY, REVIEWER, URK

SINCE = datetime(2026, 3, 2, 2, 10, tzinfo=UTC)  # 03.10 in the Netherlands
SILENT = RegionalSignal(
    id="r1",
    change="raised",
    at=SINCE,
    rule="R12",
    policy_version="demo-1",
    partner="politie",
    sign="heartbeat",
    since=SINCE,
    crossed_at=SINCE + timedelta(hours=3),
    raised_at=SINCE + timedelta(hours=3),
    mode="actief",
)
BUSY = msgspec.structs.replace(
    SILENT, id="r2", rule="R11", partner=None, sign=None, place="GM0034", counted=34, expected=11.6
)


def said(
    signal: RegionalSignal, actor: Actor = NOBODY, after: timedelta = timedelta(hours=5), **changes: Any
) -> list[str]:
    return banner([msgspec.structs.replace(signal, **changes)], POLICY, actor, SINCE + after)


def test_a_silent_partner_is_named_to_everyone() -> None:
    assert said(SILENT) == [
        "Politie Midden-Nederland (fictief) levert niet sinds 03.10 uur; tellingen kunnen te laag zijn."
    ]
    assert said(SILENT, sign="events") == [
        "Politie Midden-Nederland (fictief) levert geen meldingen sinds 03.10 uur; tellingen kunnen te laag zijn."
    ]
    assert said(SILENT, since=None) == [
        "Politie Midden-Nederland (fictief) levert niet; tellingen kunnen te laag zijn."
    ]


def test_another_day_is_said_with_its_date() -> None:
    [text] = said(SILENT, after=timedelta(days=1))
    assert (
        text
        == "Politie Midden-Nederland (fictief) levert niet sinds maandag 2 maart 2026, 03.10 uur; tellingen kunnen te laag zijn."
    )


@pytest.mark.parametrize(("actor", "sees"), [(REVIEWER, True), (ALMERE, True), (URK, False), (NOBODY, False)])
def test_an_unusual_week_is_for_its_municipality_and_the_reviewers(actor: Actor, sees: bool) -> None:
    text = "Ongewoon veel meldingen in Almere in de week van 2 maart 2026: 34 (gewoonlijk ongeveer 12)."
    assert said(BUSY, actor) == ([text] if sees else [])


def test_a_rule_on_trial_says_nothing_here() -> None:
    assert said(BUSY, REVIEWER, mode="schaduw") == said(SILENT, mode="schaduw") == []
