"""A simulated region while its processes are killed, paused and restarted: nothing lost, nothing doubled, nobody leaked.

First in the folder, because everything that was sent is compared with the oracle.
"""

import random
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta

from vangnet_local.demo.region import Day, Line, days, midnight
from vangnet_simulator.region import Region

from tests.e2e.town import Town

SEED = 20260301
START = date(2026, 1, 1)
DAYS = 400
KILLED = ("ingest", "linker", "indicators", "notifier", "evaluator-a", "evaluator-b")


class Faults(threading.Thread):
    """Ten SIGKILLs over all services, one pause past takeover, one kill of the broker and one of the database."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.platform, self.chance = town.platform, chance
        self.done: list[str] = []
        self.broken: BaseException | None = None

    def run(self) -> None:
        try:
            targets = [*KILLED, *KILLED[:4]]
            self.chance.shuffle(targets)
            for name in targets[:5]:
                self.kill(name)
            self.pause_past_takeover()
            self.kill("kafka")
            self.kill("postgres")
            for name in targets[5:]:
                self.kill(name)
        except BaseException as broken:
            self.broken = broken

    def kill(self, name: str) -> None:
        time.sleep(self.chance.uniform(0.2, 1.5))
        self.platform.kill(name)
        self.platform.start_service(name)
        self.done.append(f"kill {name}")

    def pause_past_takeover(self) -> None:
        """The standby takes over while the active linker hangs; then the one that hung wakes up."""
        self.platform.start_replica("linker", "linker-standby")
        self.platform.pause("linker")
        time.sleep(14)
        self.platform.resume("linker")
        time.sleep(2)
        self.done.append("pause linker")


def played(town: Town, plan: Iterator[Day], faults: Faults) -> Day:
    """Plays days until the faults are over, and three more."""
    more = 3
    for day in plan:
        answers = town.submit_all(day.lines) if day.lines else []
        assert [answer.problems for answer in answers if answer.status != "accepted"] == []
        town.tick(day.end)
        more -= not faults.is_alive()
        if not more:
            return day
    raise AssertionError("the plan was too short for the faults")


def test_what_comes_out_equals_the_oracle_whatever_is_killed(town: Town) -> None:
    region = Region.generate(seed=SEED, days=DAYS, persons=900, start_date=START)
    faults = Faults(town, random.Random(SEED))
    faults.start()
    last = played(town, days(region, START, DAYS), faults)
    assert faults.broken is None
    assert len(faults.done) == 13
    town.settle()
    reviewer = town.reviewer()
    released = reviewer.release_all()
    town.settle()
    found = town.compare(last.end)
    assert found.differences == []
    assert found.persons > 20 and found.signals > 0 and released > 0
    repeated = [line for _, line in list(town.lines.values())[:50]]
    by_partner: dict[str, list[dict[str, object]]] = {}
    for partner, line in list(town.lines.values())[:50]:
        by_partner.setdefault(partner, []).append(line)
    assert len(repeated) == 50
    assert {answer.status for answer in town.submit_all(by_partner)} == {"accepted"}
    town.settle()
    assert town.compare(last.end).differences == []


def test_what_comes_out_does_not_depend_on_the_order_in_which_it_came_in(town: Town) -> None:
    """Sixty days of another region, corrections before their roots and retractions first."""
    region = Region.generate(seed=SEED + 1, days=60, persons=250, start_date=START)
    by_partner: dict[str, list[Line]] = {}
    for record in region.events():
        by_partner.setdefault(record.partner, []).append(renamed(record.line))
    chance = random.Random(SEED)
    for lines in by_partner.values():
        chance.shuffle(lines)
    answers = town.submit_all(by_partner)
    assert {answer.status for answer in answers} == {"accepted"}
    end = max(town.now or midnight(START), midnight(START + timedelta(days=61)))
    town.tick(end)
    town.settle()
    found = town.compare(end)
    assert found.differences == []
    amended = [line for lines in by_partner.values() for line in lines if line.get("corrects") or line.get("retracts")]
    assert amended and any("person" not in line for lines in by_partner.values() for line in lines)


def renamed(line: Line) -> Line:
    """Ids of this region are its own."""
    return line | {name: f"w{line[name]}" for name in ("id", "corrects", "retracts") if line.get(name)}
