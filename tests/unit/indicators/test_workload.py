"""What an analyst sees of a backtest tells of no group of fewer than ten; the process that works it out keeps its bounds."""

import asyncio
from itertools import product

import pytest
from vangnet_indicators.adapters.trial_process import TrialProcess
from vangnet_indicators.domain.backtest import Result
from vangnet_indicators.domain.disclosure.workload import Workload, workload
from vangnet_indicators.trial_question import TrialBusy, TrialFailed
from vangnet_indicators.web.trial import field_name, read_trial
from vangnet_runtime.problem import Problem

from tests.unit.indicators.people import DEMO

RANKS = {"GM0050": 0, "GM0184": 1, "GM0034": 2}
WEEKS = 10.0


def result(**known: object) -> Result:
    usual = {
        "settings": {"count": 4}, "alerts": 63, "weekly": {"GM0034": 4.1, "GM0184": 1.2, "GM0050": 1.0},
        "people": {"GM0034": 30, "GM0184": 12, "GM0050": 10}, "persons": 50, "in_care": {"yes": 31, "no": 20, "unknown": 12},
        "heavy": 40, "caught": 22, "before_crisis": 11, "days_before_crisis": 37.2, "overlapping": 41,
    }  # fmt: skip
    return Result(**(usual | known))


def told(**known: object) -> Workload:
    return workload(result(**known), WEEKS, RANKS)


def test_numbers_are_rounded() -> None:
    assert told() == Workload(
        settings={"count": 4}, alerts=65, weekly=6.5, places={"GM0050": 1.0, "GM0184": 1.0, "GM0034": 4.0}, persons=50,
        in_care={"no": 20, "unknown": 10, "yes": 30}, heavy=40, caught=20, days_before_crisis=35, overlapping=40,
    )  # fmt: skip


@pytest.mark.parametrize("counts", list(product((0, 3, 12, 40), repeat=3)))
def test_a_withheld_part_is_not_what_the_others_leave(counts: tuple[int, ...]) -> None:
    """Of municipalities and of classes of care: none or at least two are withheld, and no small one is said."""
    weekly = {place: count / WEEKS for place, count in zip(RANKS, counts, strict=True) if count}
    people = {place: count for place, count in zip(RANKS, counts, strict=True) if count}
    care = dict(zip(("yes", "no", "unknown"), counts, strict=True))
    found = told(alerts=sum(counts), weekly=weekly, people=people, persons=sum(counts), in_care=care)
    for parts, true in ((found.places, dict(zip(RANKS, counts, strict=True))), (found.in_care, care)):
        hidden = [name for name, number in parts.items() if number is None]
        assert len(hidden) != 1 and {name for name, count in true.items() if count < 10} <= set(hidden)


def test_many_alerts_about_few_people_are_not_said() -> None:
    few = told(people={"GM0034": 9, "GM0184": 12, "GM0050": 10})
    assert few.places == {"GM0050": None, "GM0184": 1.0, "GM0034": None} and few.alerts == 65
    nobody = told(persons=9)
    assert nobody.alerts is nobody.weekly is nobody.persons is nobody.overlapping is None
    assert {*nobody.in_care.values(), *nobody.places.values()} == {None}
    assert told(before_crisis=9).days_before_crisis is None
    assert told(overlapping=60).overlapping is None and told(caught=35).caught is None


def test_all_that_is_wrong_with_a_question_is_said_at_once() -> None:
    with pytest.raises(Problem) as refused:
        read_trial(DEMO, {"regel": "R1", "van": "2026-13", "tot": "mei", "count": "veel", "moons": "1"})
    assert [error["location"][6:] for error in refused.value.errors] == ["van", "tot", "count", "moons"]
    for wrong in ({"regel": "R12"}, {"days": "99999"}, {"count": "1..9", "days": "1,2"}, {"tot": "2025-12"}):
        with pytest.raises(Problem):
            read_trial(DEMO, {"regel": "R1", "van": "2026-01", "tot": "2026-02"} | wrong)
    asked = read_trial(DEMO, {"regel": "R7", "van": "2028-02", "tot": "2028-02", "2.days": "14..28/14"})
    assert (asked.choices, str(asked.last), round(asked.weeks * 7)) == ({"2.days": [14, 28]}, "2028-02-29", 29)
    assert field_name("2.days") == "Deel 2: dagen"


async def test_one_at_a_time_and_not_for_ever() -> None:
    slow = TrialProcess("vangnet_indicators.trials", patience=0.001)
    found = await asyncio.gather(*(slow.try_rule("1", "R1", {}, (0, 1)) for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in found] == [TrialFailed, TrialBusy] and str(found[0]) == "too-long"
    with pytest.raises(TrialFailed, match="process-failed"):
        await TrialProcess("vangnet_indicators.no_such_module").try_rule("1", "R1", {}, (0, 1))
