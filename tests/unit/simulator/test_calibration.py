"""A simulated year resembles the published one, on the average over seeds."""

from collections import defaultdict
from statistics import fmean

import pytest
from vangnet_simulator import Region
from vangnet_simulator.calibration import calibration, table

SEEDS = (1, 2)
TOLERANCE = {  # of the mean over two seeds: relative for numbers, percentage points for shares
    "reports E33 + E14 + homeless nuisance": 0.1,
    "persons with such a report": 0.07,
    "reports of the 7 % with most": 4,
    "outside office hours": 2.5,
    "in weekends": 2.5,
    "without a traceable person": 3,
    "in care on the day of the report": 4,
    "persons known to care": 4,
    "E33 of these reports": 4,
    "E14 of E33 + E14": 2,
    "repeaters: twice on one day": 6,
    "repeaters: shortest gap over 90 days": 6,
    "reports to Vangnet & Advies": 0.12,
    "of which from the police": 4,
    "E33 in Almere": 5,
    "E33 in Lelystad": 5,
    "E33 in Noordoostpolder": 4,
    "E33 in Dronten": 4,
    "E33 in Urk": 2.5,
    "E33 in Zeewolde": 2.5,
}


@pytest.fixture(scope="module")
def means() -> dict[str, tuple[float, float, str]]:
    achieved = defaultdict(list)
    for seed in SEEDS:
        for figure in calibration(Region.generate(seed)):
            achieved[figure.measure].append(figure.achieved)
    return {measure.name: (measure.published, fmean(values), measure.unit) for measure, values in achieved.items()}


@pytest.mark.parametrize("name", TOLERANCE)
def test_figure_is_near_the_published_one(means: dict[str, tuple[float, float, str]], name: str) -> None:
    published, achieved, unit = means[name]
    assert achieved == pytest.approx(published, **({"abs": TOLERANCE[name]} if unit else {"rel": TOLERANCE[name]}))


def test_every_figure_has_a_tolerance(means: dict[str, tuple[float, float, str]]) -> None:
    assert means.keys() == TOLERANCE.keys()


def test_table_puts_both_beside_each_other() -> None:
    text = table(calibration(Region.generate(seed=1, days=30, persons=100)))
    assert "published" in text and "2,455" in text and "36.6 %" in text
