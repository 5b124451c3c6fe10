"""What the public sees of a region, from counts of every day; what an analyst sees of one day."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from vangnet_contract.policy import Policy, load_policy
from vangnet_indicators.adapters.trial_process import TrialProcess
from vangnet_indicators.domain.area.measures import Measure
from vangnet_indicators.domain.disclosure.daily import protect, said
from vangnet_indicators.domain.disclosure.rounding import rounded, small
from vangnet_indicators.domain.disclosure.table import REGION, Cell
from vangnet_indicators.domain.disclosure.yearly import Quarter, quarters
from vangnet_indicators.publication import FRESH, Publication, by_inhabitants
from vangnet_indicators.web.site import furnish

from tests.unit.indicators.figures import InMemory, Report, count_one, reports_of

DEMO = load_policy(Path(__file__).parents[3] / "deploy" / "policy" / "demo")
TODAY = date(2026, 5, 3)
LATER = reports_of(4, TODAY, date(2027, 10, 2), {"GM0034": 420, "GM0995": 130, "GM0184": 8})
FIRST = date(2025, 3, 10)
AREAS = {"GM0034": 420, "GM0995": 130, "GM0184": 8}


def policy() -> Policy:
    return DEMO.model_copy(update={"region": DEMO.region.model_copy(update={"municipalities": list(AREAS)})})


@cache
def reports() -> tuple[Report, ...]:
    return tuple(reports_of(3, FIRST, TODAY, AREAS))


class Clock:
    """Seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_every_complete_quarter_is_published_rounded() -> None:
    publication = Publication(InMemory(reports(), TODAY), policy())
    published = await publication.published()
    assert [quarter.title for quarter in published.quarters] == [
        "1e kwartaal 2025", "2e kwartaal 2025", "3e kwartaal 2025", "4e kwartaal 2025", "1e kwartaal 2026",
    ]  # fmt: skip
    assert published.since == min(report.day for report in reports())
    for quarter in published.quarters:
        inside = [r for r in reports() if quarter.end - timedelta(days=365) < r.day <= quarter.end]
        truth = {area: count_one([r for r in inside if area in (REGION, r.area)]) for area in (*AREAS, REGION)}
        for cell, shown in published.said.items():
            if cell.window == quarter.window and (cell.measure, "") in truth[cell.area]:
                count = truth[cell.area][cell.measure, ""]
                assert shown == rounded(count) and not small(count), cell
    assert Cell("reports", REGION, published.quarters[-1].window) in published.said


async def test_figures_are_made_of_what_is_said() -> None:
    publication = Publication(InMemory(reports(), TODAY), policy())
    published = await publication.published()
    last = published.quarters[-1]
    shown = {
        cell.measure: n for cell, n in published.said.items() if cell.area == REGION and cell.window == last.window
    }
    assert (await publication.values("I01b", REGION, last))["meldingen"] == shown["reports"]
    assert (await publication.values("I12", REGION, last))["buitenKantooruren"] == round(
        100 * shown["reports_outside_office"] / shown["reports"]
    )
    assert (await publication.values("I04", REGION, last)) == {"herhaald": None}
    assert (await publication.values("I01a", "GM0184", last))["meldingen"] is None


async def test_it_is_read_again_after_a_few_seconds_and_decided_again_when_a_past_quarter_changes() -> None:
    clock, figures = Clock(), InMemory(reports(), TODAY)
    publication = Publication(figures, policy(), clock)
    before = await publication.published()
    assert await publication.published() is before
    asked, clock.now = figures.asked, FRESH + 1
    again = await publication.published()
    assert figures.asked > asked and again.said is before.said
    figures.reports += [Report(date(2025, 6, 1), "GM0034", True, True, 0)] * 10
    clock.now *= 3
    cell = Cell("reports", "GM0034", before.quarters[-1].window)
    assert (await publication.published()).said[cell] == before.said[cell] + 10


async def test_partners_that_have_not_delivered_the_newest_quarter_are_named() -> None:
    figures = InMemory(reports(), TODAY)
    whole, early = datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 3, 31, 21, 59, tzinfo=UTC)
    figures.heartbeats = {partner.name: whole for partner in DEMO.partners} | {"politie": early}
    del figures.heartbeats["wonen"]
    silent = (await Publication(figures, policy()).published()).silent
    assert [(one.partner, one.since) for one in silent] == [("politie", early), ("wonen", None)]


def without(*gone: str) -> Policy:
    left = [code for code in AREAS if code not in gone]
    return policy().model_copy(update={"region": policy().region.model_copy(update={"municipalities": left})})


async def test_two_regions_told_apart_do_not_give_away_the_municipality_between_them() -> None:
    """The attack: the region with a small municipality, minus the region without it."""
    clock, figures = Clock(), InMemory([*reports(), *LATER], TODAY)
    publication = Publication(figures, policy(), clock)
    before = await publication.published()
    publication.follow(without("GM0184"))
    clock.now += 2 * FRESH
    closed = await publication.published()
    assert before.quarters and not closed.quarters and not closed.said and not closed.said_of_alerts
    assert closed.told_elsewhere == before.quarters[-1].end
    figures.now = date(2027, 10, 2)
    clock.now += 2 * FRESH
    again = await publication.published()
    assert [quarter.title for quarter in again.quarters] == ["1e kwartaal 2027", "2e kwartaal 2027", "3e kwartaal 2027"]
    told = [cell.window for cell in before.said]
    assert again.said and all(new.window[0] >= old[1] for new in again.said for old in told)


async def test_after_a_restart_it_still_knows_of_which_region_was_told() -> None:
    figures = InMemory(reports(), TODAY)
    await Publication(figures, policy()).published()
    assert not (await Publication(figures, without("GM0184")).published()).quarters
    assert (await Publication(figures, policy()).published()).quarters, "the same region as ever"
    page = TestClient(_site(figures)).get("/v1/rapport", headers={"Accept": "text/html"}).text
    assert "De regio bestond eerder uit andere gemeenten" in page and "Er is nu geen kwartaal te tonen" in page


def _site(figures: InMemory) -> FastAPI:
    app = FastAPI()
    furnish(app, Publication(figures, without("GM0184")), None, TrialProcess("vangnet_indicators.trials"))
    return app


async def test_without_a_tick_or_a_report_nothing_is_published() -> None:
    assert (await Publication(InMemory([], None), policy()).published()).today is None
    empty = await Publication(InMemory([], TODAY), policy()).published()
    assert (empty.today, empty.since, empty.quarters) == (TODAY, None, ())


def test_the_rules_that_are_shown_are_those_in_force() -> None:
    app, publication = FastAPI(), Publication(InMemory([], TODAY), policy())
    furnish(app, publication, None, TrialProcess("vangnet_indicators.trials"))
    with TestClient(app) as client:
        before = client.get("/v1/regels").json()
        region = policy().region.model_copy(update={"version": "later"})
        publication.policy = policy().model_copy(update={"region": region, "rules": policy().rules[:1]})
        after = client.get("/v1/regels").json()
    assert (before["beleid"], after["beleid"]) == (policy().version, "later")
    assert len(before["regels"]) > len(after["regels"]) == 1


def test_a_quarter_is_complete_when_its_last_day_is_over() -> None:
    assert Quarter(2026, 1).end == date(2026, 3, 31) and Quarter(2025, 4).end == date(2025, 12, 31)
    assert Quarter(2024, 1).window[1] - Quarter(2024, 1).window[0] == 365
    assert quarters(date(2026, 1, 5), date(2026, 3, 31)) == []
    assert quarters(date(2026, 1, 5), date(2026, 4, 1)) == [Quarter(2026, 1)]
    assert len(quarters(date(2016, 1, 5), date(2026, 4, 1))) == 12


def test_the_smallest_municipality_comes_first() -> None:
    assert by_inhabitants(["GM0034", "GM0184", "GM0995"]) == ["GM0184", "GM0995", "GM0034"]


@pytest.mark.parametrize(
    ("measure", "shown"),
    [
        (Measure(9), None),
        (Measure(12), 10),
        (Measure(50, 1000, 1000), 50.0),
        (Measure(9, 1000, 1000), None),
        (Measure(60, 120, 100), 50),
        (Measure(60, 90, 100), None),
        (Measure(118, 120, 100), None),  # the other 2 would be known
        (Measure(300, 120, 1), 2.5),
    ],
)
def test_one_figure_for_an_analyst(measure: Measure, shown: float | None) -> None:
    assert said(measure) == shown


def test_an_analyst_gets_no_municipality_by_subtraction() -> None:
    day = {
        "urk": {"n": Measure(4)},
        "dronten": {"n": Measure(40)},
        "almere": {"n": Measure(400)},
        REGION: {"n": Measure(444)},
    }
    assert [protect(day, area).values["n"] for area in day] == [None, None, 400, 445]
    pair = {"urk": {"n": Measure(4)}, REGION: {"n": Measure(44)}}
    assert [protect(pair, area).values["n"] for area in pair] == [None, None]
