"""Messages in, signals out: through kills, in any batches, exactly what the oracle says; the same in the exports."""

import asyncio
import csv
import json
import random
import time
from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from vangnet_contract.messages import Tick
from vangnet_indicators.domain.counts import WINDOWS
from vangnet_simulator.oracle import counting
from vangnet_simulator.oracle.rules import episodes
from vangnet_simulator.oracle.terms import Heard
from vangnet_simulator.oracle.world import world_of

from tests.integration.indicators.region import DEMO_POLICY, Region, signals_by_person, written_by
from tests.unit.indicators.people import DEMO, START, fact
from tests.unit.indicators.test_signals import Oracle, expected, shown

SEED = 20260301
BATCHES = (7, 1, 1000, 7)
LOG = written_by(SEED, steps=500, people=24)
Lines = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def oracle() -> tuple[Oracle, Lines]:
    replay, said = Oracle(), defaultdict(list)
    for message in LOG:
        for signal in replay.hear(message):
            said[signal.person].append(expected(signal))
    names = {number: person for person, number in replay.numbers.items()}
    return replay, {names[number]: lines for number, lines in said.items()}


async def test_signals_equal_the_oracle_through_kills(region: Region, oracle: tuple[Oracle, Lines]) -> None:
    dice, share = random.Random(SEED), len(LOG) // len(BATCHES) + 1
    for number, batch in enumerate(BATCHES):
        await region.send(LOG[number * share : (number + 1) * share], repeat=dice)
        process = region.start_stage(batch)
        if number + 1 < len(BATCHES):
            await part_done(region, dice.uniform(0.4, 0.95))
        else:
            await region.done()
        process.kill()
        process.join()
    said = await region.said()
    found = {person: [shown(signal) for signal in signals] for person, signals in signals_by_person(said).items()}
    assert found == oracle[1] and sum(map(len, found.values())) > 100
    ticks = [message.at for message in LOG if isinstance(message, Tick)]
    assert [[m.at for m in messages if isinstance(m, Tick)] for messages in said.values()] == [ticks] * 8


@pytest.mark.parametrize("as_of", [START + timedelta(days=5, hours=3), START + timedelta(days=60), LOG[-1].at])
def test_exported_counts_equal_the_oracle(region: Region, oracle: tuple[Oracle, Lines], as_of: datetime) -> None:
    done = region.command("counts", "--as-of", as_of.isoformat(), "--format", "csv", VANGNET_PROFILE="local")
    rows = [
        (r["person"], r["window"], int(r["events"]), int(r["occurrences"]))
        for r in csv.DictReader(done.stdout.splitlines())
    ]
    assert done.returncode == 0 and len(rows) > 40
    assert rows == [
        (person, f"{days}d", *count)
        for person, kept in sorted(oracle[0].live.items())
        for days in WINDOWS
        for count in [counting.counts(map(fact, kept), as_of, days)]
        if kept
    ]


def test_exported_episodes_equal_the_oracle(region: Region, oracle: tuple[Oracle, Lines]) -> None:
    world = world_of(DEMO)
    done = region.command("episodes", "--format", "jsonl", VANGNET_PROFILE="local")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = [
        (x["person"], x["rule"], datetime.fromisoformat(x["crossedAt"]), x["occurrences"], x["events"], x["lead"], x["evidence"])
        for x in lines
    ]  # fmt: skip
    assert found == [
        (person, e.rule, e.crossed_at, e.occurrences, e.events, e.lead, [list(event.root) for event, _ in e.evidence])
        for person, kept in sorted(oracle[0].live.items())
        for rule in world.rules
        if rule["id"] in ("R1", "R2")
        for e in episodes(map(fact, kept), rule, world, Heard())
    ]  # fmt: skip
    assert {x["state"] for x in lines} <= {"ended", "history"} and len(lines) > 10
    assert all((x["signal"] is None) == (x["state"] == "history") for x in lines)


@pytest.mark.parametrize("command", [["counts", "--as-of", "2026-03-01T00:00:00Z"], ["episodes"]])
def test_persons_are_not_exported_in_production(region: Region, command: list[str]) -> None:
    done = region.command(*command)
    assert done.returncode == 77 and done.stdout == "" and "not-in-production" in done.stderr


@pytest.mark.parametrize("moment", ["2026-03-01", "2026-03-01T00:00:00", "yesterday"])
def test_a_moment_needs_its_zone(region: Region, moment: str) -> None:
    done = region.command("counts", "--as-of", moment, VANGNET_PROFILE="local")
    assert done.returncode == 2 and "--as-of" in done.stderr and "zone" in done.stderr


def test_what_is_missing_or_wrong_is_named_before_anything_starts(region: Region) -> None:
    done = region.command("run", VANGNET_DATABASE="", VANGNET_KAFKA="here")
    assert done.returncode == 78 and "VANGNET_DATABASE" in done.stderr and "VANGNET_KAFKA" in done.stderr
    done = region.command("run", VANGNET_POLICY=str(DEMO_POLICY.parents[1] / "local"))
    assert done.returncode == 1 and "region.yaml" in done.stderr and "Traceback" not in done.stderr


async def part_done(region: Region, part: float) -> None:
    """Waits until that part of what was sent is committed."""
    deadline = time.monotonic() + 30
    while (await region.progress())[0] < region.sent * part:
        assert time.monotonic() < deadline, region.log()[-3000:]
        await asyncio.sleep(0.005)
