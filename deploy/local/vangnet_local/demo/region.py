"""The synthetic region: what each partner sends on each day, and who everybody really is."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from vangnet_contract.taxonomy import HEARTBEAT
from vangnet_simulator.partners import PARTNERS
from vangnet_simulator.simulation import Simulation

LOCAL = ZoneInfo("Europe/Amsterdam")
Line = dict[str, Any]


class Day(NamedTuple):
    """Lines by partner, in order of registration; `end` = the following midnight, local."""

    date: date
    end: datetime
    lines: dict[str, list[Line]]


def days(simulation: Simulation, start: date, count: int) -> Iterator[Day]:
    """Every day, also those on which nothing is sent but every partner's levensteken, a minute before midnight."""
    records = simulation.events()
    record = next(records, None)
    for number in range(count):
        day = start + timedelta(days=number)
        end = midnight(day + timedelta(days=1))
        lines: dict[str, list[Line]] = defaultdict(list)
        while record is not None and datetime.fromisoformat(record.line["registeredAt"]) < end:
            lines[record.partner].append(record.line)
            record = next(records, None)
        for partner in PARTNERS:
            lines[partner.name].append(heartbeat(number, end - timedelta(minutes=1)))
        yield Day(day, end, dict(lines))


def heartbeat(number: int, at: datetime) -> Line:
    """The levensteken of a day: everything registered up to then has been sent."""
    return {
        "id": f"levensteken-{number:04d}",
        "type": HEARTBEAT,
        "registeredAt": at.isoformat(),
        "occurredAt": at.isoformat(),
        "details": {},
    }


def midnight(day: date) -> datetime:
    """The beginning of a day, local."""
    return datetime.combine(day, time(), LOCAL)
