"""I15 and I16: counted as plain loops count them, whatever the order of messages; what is said tells no small number."""

import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import AlertChanged
from vangnet_contract.outcomes import OUTCOMES
from vangnet_indicators.adapters.alert_stage import AlertStage, Newest
from vangnet_indicators.domain.alerts.counting import MEASURES, AlertDays, alert_table
from vangnet_indicators.domain.alerts.daily import protected_days
from vangnet_indicators.domain.alerts.figures import figures
from vangnet_indicators.domain.alerts.standing import AlertStanding
from vangnet_indicators.domain.disclosure.outsider import Outsider
from vangnet_indicators.domain.disclosure.release import Secret, release
from vangnet_indicators.domain.disclosure.rounding import possible, rounded, small
from vangnet_indicators.domain.disclosure.table import REGION, Cell
from vangnet_indicators.domain.disclosure.yearly import quarters
from vangnet_indicators.publication import Publication
from vangnet_simulator.oracle import alerts as oracle

from tests.unit.indicators.figures import InMemory
from tests.unit.indicators.test_publication import policy, reports

TOWNS = ["GM0184", "GM0995", "GM0034"]
SINCE, TODAY = date(2025, 3, 10), date(2026, 5, 3)
START = datetime(2025, 3, 12, tzinfo=UTC)


def alert(number: int, dice: random.Random, weights: tuple[int, ...] = (1, 9, 30)) -> AlertChanged:
    """One alert at a random point of its life."""
    crossing = START + timedelta(minutes=dice.randrange(60 * 24 * 400))
    state = dice.choices(
        ["closed", "in-progress", "released", "candidate", "declined", "withdrawn"], [60, 15, 8, 8, 6, 3]
    )[0]
    released = crossing + timedelta(minutes=dice.randrange(5000))
    acknowledged = released + timedelta(minutes=dice.randrange(20_000))
    worked, closed = state in ("closed", "in-progress"), state == "closed"
    return AlertChanged(
        alert=f"a{number}",
        version=4 if worked else 2,
        at=acknowledged,
        rule="R1",
        municipality=dice.choices([*TOWNS, None], [*weights, 1])[0],
        state=state,
        raised_at=crossing,
        crossing_received_at=None if state == "withdrawn" else crossing,
        released_at=released if worked or state in ("released", "withdrawn") else None,
        acknowledged_at=acknowledged if worked else None,
        closed_at=acknowledged if closed else None,
        outcome=dice.choice(list(OUTCOMES)) if closed else None,
        novelty=dice.choice(["ja", "nee", None]) if closed else None,
    )


def alerts(seed: int, count: int) -> list[AlertChanged]:
    dice = random.Random(seed)
    return [alert(number, dice) for number in range(count)]


def standing(said: AlertChanged) -> AlertStanding:
    return msgspec.convert({name: getattr(said, name) for name in AlertStanding.__struct_fields__}, AlertStanding)


@given(st.integers(0, 10**6), st.sampled_from([30, 365]), st.integers(0, 420))
@settings(max_examples=25)
def test_counts_are_those_of_plain_loops(seed: int, length: int, after: int) -> None:
    said, end = alerts(seed, 60), SINCE + timedelta(days=after)
    days = AlertDays(map(standing, said), TOWNS)
    window = end.toordinal() - length, end.toordinal()
    for area in (*TOWNS, REGION):
        expected = oracle.figures(said, area, TOWNS, end, length)
        for measure in MEASURES:
            if measure.said:
                assert days.count(measure.name, area, window) == expected.get(measure.name, 0), measure
        durations = figures("I15", partial(days.count, area=area, window=window), days.released(area, window))
        if days.count("acknowledged", area, window) >= 10:
            for name in ("totVrijgaveMediaan", "totVrijgaveP90", "totBevestigingMediaan", "totBevestigingP90"):
                value = expected[name]
                assert value is not None and durations[name] == round(value, 1)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6)), max_size=40), st.integers(1, 7))
def test_the_greatest_version_holds_in_any_order_and_batch(told: list[tuple[int, int]], size: int) -> None:
    dice = random.Random(1)
    messages = [msgspec.structs.replace(alert(number, dice), version=version) for number, version in told]
    stage, kept = AlertStage(), dict[str, AlertChanged]()
    for start in range(0, len(messages), size):
        state: Newest = {}
        for message in messages[start : start + size]:
            assert stage.step(state, message) == ()
        kept |= {name: one for name, one in state.items() if name not in kept or kept[name].version < one.version}
    assert sorted(one.version for one in kept.values()) == sorted(one.version for one in oracle.newest(messages))


def test_what_was_released_is_closed_or_open_and_its_parts_add_up() -> None:
    days = AlertDays(map(standing, alerts(4, 400)), TOWNS)
    window = SINCE.toordinal(), TODAY.toordinal()
    for area, measure in product((*TOWNS, REGION), MEASURES):
        for split in measure.splits:
            whole = days.count(measure.name, area, window)
            assert whole == sum(days.count(part, area, window) for part in split), (area, measure.name)
    for measure in MEASURES:
        assert days.count(measure.name, REGION, window) == sum(days.count(measure.name, one, window) for one in TOWNS)


def test_no_small_number_follows_from_all_that_is_published() -> None:
    table = alert_table(AlertDays(map(standing, alerts(9, 900)), TOWNS), SINCE, quarters(SINCE, TODAY))
    said = release(table)
    outsider = Outsider(table)
    outsider.learn((cell, possible(shown)) for cell, shown in said.items())
    assert said and outsider.sound()
    hidden = [cell for cell, count in table.counts.items() if small(count) and cell.window[1] >= table.since]
    assert hidden and all(Secret(cell).safe_from(outsider) for cell in hidden)


async def test_the_report_shows_them_and_durations_only_where_the_number_is_said() -> None:
    figures_, today = InMemory(reports(), TODAY), TODAY
    figures_.told = [standing(one) for one in alerts(9, 900)]
    publication = Publication(figures_, policy(), lambda: 0.0)
    published = await publication.published()
    last = published.quarters[-1]
    whole = await publication.values("I15", REGION, last)
    truth = oracle.figures(alerts(9, 900), REGION, TOWNS, last.end, 365)
    assert whole["vrijgegeven"] == shown(truth["released"]) and whole["totVrijgaveMediaan"] == tenths(
        truth["totVrijgaveMediaan"]
    )
    useful = await publication.values("I16", REGION, last)
    assert useful["gesloten"] == shown(truth["closed"]) and useful["open"] == shown(truth["open"])
    assert useful["nieuwVoorOns"] == round(100 * shown(truth["new"]) / shown(truth["answered"]))
    town = await publication.values("I15", "GM0184", last)
    assert (
        Cell("acknowledged", "GM0184", last.window) in published.said_of_alerts or town["totBevestigingMediaan"] is None
    )
    days = await publication.for_analyst("I15", "GM0184", 30, today, today)
    assert days[0].values["totVrijgaveMediaan"] is None and days[0].values["vrijgegeven"] is None
    month = protected_days(AlertDays(figures_.told, TOWNS), "I16", REGION, 365, first=today, last=today)[0].values
    assert month["gesloten"] is not None and month["gesloten"] % 5 == 0


def shown(count: float | int | None) -> int:
    """As it may be said."""
    assert isinstance(count, int)
    return rounded(count)


def tenths(hours: float | int | None) -> float:
    """As it is said."""
    assert hours is not None
    return round(hours, 1)
