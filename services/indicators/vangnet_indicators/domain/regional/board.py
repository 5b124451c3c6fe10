"""What is said about partners and places, and what it takes to say the next thing."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec
from vangnet_contract.messages import RegionalSignal
from vangnet_contract.policy import Rule
from vangnet_contract.policy.rules import AreaDeviation, SourceSilence

from vangnet_indicators.domain.area.calendar import ZONE, date_of, number_of
from vangnet_indicators.domain.instants import HOUR, instant, micros
from vangnet_indicators.domain.regional.deviation import area_deviation, mean
from vangnet_indicators.domain.regional.silence import Arrivals, quiet, without_heartbeat
from vangnet_indicators.domain.rulebook import Rulebook

Sign = Literal["heartbeat", "events"]
replace = msgspec.structs.replace


class Board(msgspec.Struct):
    """`began`: the first Tick. `hour`: up to which hour (number since 1970 UTC) expected counts were judged. `monday`: up to
    which week (day number of its end) reports were. `standing`: what holds, by what it is about.
    """

    began: datetime
    hour: int
    monday: int
    standing: dict[str, RegionalSignal] = {}

    @classmethod
    def new(cls, tick: datetime) -> "Board":
        """At the first Tick."""
        return cls(tick, micros(tick) // HOUR, number_of(monday_of(tick)))


class Facts(msgspec.Struct, frozen=True):
    """What all partitions together have committed. `passed` (µs): every other partition's clock has come to it.

    `arrivals`: partner → hour → events that came in it, complete for the hours before `passed`. `weekly`: Monday (day number)
    → place → reports of the weeks before it, by condition.
    """

    passed: int
    arrivals: Mapping[str, Mapping[int, int]] = {}
    weekly: Mapping[int, Mapping[str, Sequence[int]]] = {}


class Holding(msgspec.Struct, frozen=True):
    """That something holds: what a signal about it says."""

    rule: Rule
    crossed_at: datetime
    place: str | None = None
    partner: str | None = None
    sign: Sign | None = None
    since: datetime | None = None
    counted: int = 0
    expected: float = 0.0

    @property
    def about(self) -> str:
        """Rule, and partner or place."""
        return about(self.rule.id, self.place or self.partner, self.sign)


def about(rule: str, whom: str | None, sign: str | None) -> str:
    """What a signal is about."""
    return f"{rule}|{whom}|{sign or ''}"


def watch(
    board: Board, book: Rulebook, delivered: Mapping[str, int], tick: datetime, facts: Facts
) -> list[RegionalSignal]:
    """At a Tick. What rests on counts is judged as of the hour or the week, once everyone's clock has passed it."""
    said = _settle(board, _heartbeats(board, book, delivered, tick), tick, book, sign="heartbeat")
    passed = min(facts.passed, micros(tick))
    hours = range(board.hour + 1, passed // HOUR + 1)
    arrivals = {partner: Arrivals(facts.arrivals.get(partner, {})) for partner in book.partners} if hours else {}
    for hour in hours:
        said += _settle(board, _quiet(book, arrivals, hour), instant(hour * HOUR), book, sign="events")
        board.hour = hour
    for monday, weekly in sorted(facts.weekly.items()):
        if board.monday < monday <= number_of(instant(passed).astimezone(ZONE).date()):
            said += _settle(board, _weeks(book, weekly, monday), midnight(monday), book, sign=None)
            board.monday = monday
    return said


def _heartbeats(board: Board, book: Rulebook, delivered: Mapping[str, int], tick: datetime) -> Iterator[Holding]:
    for rule, condition in _silences(book):
        patience = timedelta(hours=condition.heartbeat_hours)
        silent = without_heartbeat(delivered, book.partners, micros(board.began), micros(tick), condition)
        for partner, up_to in silent.items():
            since = None if up_to is None else instant(up_to)
            yield Holding(rule, (since or board.began) + patience, partner=partner, sign="heartbeat", since=since)


def _quiet(book: Rulebook, arrivals: Mapping[str, Arrivals], hour: int) -> Iterator[Holding]:
    for rule, condition in _silences(book):
        for partner in book.partners:
            if found := quiet(arrivals[partner], hour, condition):
                since, at = instant(found.since), instant(hour * HOUR)
                yield Holding(rule, at, partner=partner, sign="events", since=since, expected=found.expected)


def _weeks(book: Rulebook, weekly: Mapping[str, Sequence[int]], monday: int) -> Iterator[Holding]:
    for rule in book.deviations:
        condition = rule.condition
        assert isinstance(condition, AreaDeviation)
        for place, every in sorted(weekly.items()):
            counts = every[-condition.weeks - 1 :]
            on = rule.setting(place).state != "uit"
            if on and area_deviation(counts, condition, rule.threshold(place) or condition.at_least):
                yield Holding(
                    rule,
                    midnight(monday),
                    place=place,
                    since=midnight(monday - 7),
                    counted=counts[-1],
                    expected=mean(counts[:-1]),
                )


def _silences(book: Rulebook) -> Iterator[tuple[Rule, SourceSilence]]:
    for rule in book.silences:
        assert isinstance(rule.condition, SourceSilence)
        yield rule, rule.condition


def _settle(
    board: Board, holding: Iterable[Holding], at: datetime, book: Rulebook, *, sign: Sign | None
) -> list[RegionalSignal]:
    """What begins, what is another week, what ends; of the signals with this sign."""
    now = {one.about: one for one in holding}
    said = []
    for name in sorted(now.keys() | {name for name, signal in board.standing.items() if signal.sign == sign}):
        before = board.standing.get(name)
        if name not in now:
            assert before is not None
            said.append(replace(before, change="ended", at=at, ended_at=at, policy_version=book.version))
            del board.standing[name]
        elif before is None:
            said.append(_raised(now[name], at, book))
            board.standing[name] = said[-1]
        elif before.since != now[name].since or before.mode != _mode(now[name]):
            board.standing[name] = _updated(before, now[name], at, book)
            said.append(board.standing[name])
    return said


def _raised(one: Holding, at: datetime, book: Rulebook) -> RegionalSignal:
    named = f"{one.about}|{micros(one.crossed_at)}|{micros(at)}"
    return RegionalSignal(
        id=hashlib.sha256(named.encode()).hexdigest()[:32],
        change="raised",
        at=at,
        rule=one.rule.id,
        policy_version=book.version,
        place=one.place,
        partner=one.partner,
        sign=one.sign,
        since=one.since,
        crossed_at=one.crossed_at,
        raised_at=at,
        counted=one.counted,
        expected=one.expected,
        mode=_mode(one),
    )


def _updated(before: RegionalSignal, one: Holding, at: datetime, book: Rulebook) -> RegionalSignal:
    return replace(
        before,
        change="updated",
        at=at,
        policy_version=book.version,
        since=one.since,
        counted=one.counted,
        expected=one.expected,
        mode=_mode(one),
    )


def _mode(one: Holding) -> Literal["uit", "schaduw", "actief"]:
    return one.rule.setting(one.place).state


def monday_of(tick: datetime) -> date:
    """The Monday, local, on or before a time."""
    day = tick.astimezone(ZONE).date()
    return day - timedelta(days=day.weekday())


def midnight(day: int) -> datetime:
    """The beginning of a local day, by its number."""
    local = date_of(day)
    return datetime(local.year, local.month, local.day, tzinfo=ZONE).astimezone(UTC)
