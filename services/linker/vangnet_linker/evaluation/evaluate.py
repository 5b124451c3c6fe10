"""`vangnet-linker evaluate`: how well a set of records is linked, at the working threshold and at every other."""

import time
from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from vangnet_linker.domain.linkage.calibration import threshold
from vangnet_linker.domain.linkage.neighbourhood import Working
from vangnet_linker.domain.linkage.weights import Table, prior
from vangnet_linker.evaluation import measures
from vangnet_linker.evaluation.measures import Point, Quality, Tally
from vangnet_linker.evaluation.playing import Decision, calibrated, calibrated_share, decide, link
from vangnet_linker.evaluation.records import RecordSet

SEED, USUAL = 2026, 0.95
FEWEST = 5_000
"""Persons that the prior assumes at least: in a small set twins and families are as likely as in a large one."""
Report = dict[str, Any]


class Options(NamedTuple):
    """`register`: the first so many rows are one; 0 = none. `sure`: the working threshold; None = what is usual."""

    register: int = 0
    calibrate: bool = False
    sure: float | None = None

    @property
    def threshold(self) -> float:
        """With records of each other, and what calibration promises."""
        return self.sure or USUAL


class Evaluation(NamedTuple):
    """What is printed, and the curve to draw."""

    report: Report
    points: list[Point]


def evaluate(records: RecordSet, name: str, table: Table, options: Options) -> Evaluation:
    """Everything at once. Deterministic but for `records_per_s`."""
    played = _against_register if options.register else _with_each_other
    found = played(records, table, options)
    found.report["table"], found.report["trainedOn"] = name, table.trained_on
    return found


def _with_each_other(records: RecordSet, table: Table, options: Options) -> Evaluation:
    profiles, entities = records.profiles, records.entities
    started = time.perf_counter()
    working = Working(prior(table.known / 1000, max(len(profiles), FEWEST)), options.threshold)
    if options.calibrate:
        working = calibrated(profiles, table, options.threshold)
    order = list(range(len(profiles)))
    linked = link(profiles, order, table, working)
    seconds = time.perf_counter() - started
    tallies = measures.pairwise(linked.persons, entities)
    true = sum(int(tally.true) for tally in tallies)
    points = measures.sweep(((chance, entities[a] == entities[b]) for a, b, chance, _ in linked.edges), true)
    tentative = sum(working.tentative <= chance and not sure for *_, chance, sure in linked.edges)
    report = _figures(measures.quality(tallies), points, tallies, len(profiles) / seconds) | {
        "records": len(profiles),
        "bCubed": _quality(measures.b_cubed(linked.persons, entities)),
        "shuffled": _quality(measures.quality(_shuffled(records, table, working))),
        "wrongJoins": round(sum(tally.claimed - tally.right for tally in tallies)),
        "tentativeShare": round(tentative / max(len(linked.edges), 1), 4),
        "prior": working.prior,
        "sure": round(working.sure, 4),
    }
    return Evaluation(report, points)


def _shuffled(records: RecordSet, table: Table, working: Working) -> list[Tally]:
    order = list(range(len(records.profiles)))
    Random(SEED).shuffle(order)  # noqa: S311 - any other order than the file's
    return measures.pairwise(link(records.profiles, order, table, working).persons, records.entities)


def _against_register(records: RecordSet, table: Table, options: Options) -> Evaluation:
    started = time.perf_counter()
    known = table.known / 1000
    if options.calibrate:
        known = calibrated_share(records.profiles, options.register, table)
    decisions = decide(records.profiles, options.register, table, known)
    seconds = time.perf_counter() - started
    sure = options.sure or table.decides / 1000
    if options.calibrate:
        sure = threshold((one.chance for one in decisions if one.best is not None), options.threshold)
    there = set(records.entities[: options.register])
    tallies = [_tally(decision, records.entities, there, sure) for decision in decisions]
    true = sum(int(tally.true) for tally in tallies)
    claims = [(one.chance, _is_right(one, records.entities)) for one in decisions if one.best is not None]
    points = measures.sweep(claims, true)
    tentative = sum(one.best is not None and 0.3 <= one.chance < sure for one in decisions)
    report = _figures(measures.quality(tallies), points, tallies, len(decisions) / seconds) | {
        "records": len(records.profiles),
        "register": options.register,
        "queries": len(decisions),
        "queriesKnown": true,
        "right": round(sum(tally.right for tally in tallies)),
        "wrongJoins": round(sum(tally.claimed - tally.right for tally in tallies)),
        "none": round(len(tallies) - sum(tally.claimed for tally in tallies)),
        "tentativeShare": round(tentative / max(len(decisions), 1), 4),
        "known": round(known, 4),
        "sure": round(sure, 4),
    }
    return Evaluation(report, points)


def _is_right(decision: Decision, entities: Sequence[str]) -> bool:
    return decision.best is not None and entities[decision.best] == entities[decision.place]


def _tally(decision: Decision, entities: Sequence[str], there: set[str], sure: float) -> Tally:
    joined = decision.best is not None and decision.chance >= sure
    return Tally(joined and _is_right(decision, entities), joined, entities[decision.place] in there)


def _figures(found: Quality, points: Sequence[Point], tallies: Sequence[Tally], per_second: float) -> Report:
    around = measures.interval(tallies, Random(SEED))  # noqa: S311 - drawn again the same way each time
    return _quality(found) | {
        "best_f": round(max((Quality(point.precision, point.recall).f for point in points), default=0.0), 4),
        "recall_at_999": round(measures.recall_at(points, 0.999), 4),
        "recall_at_998": round(measures.recall_at(points, 0.998), 4),
        "recall_at_995": round(measures.recall_at(points, 0.995), 4),
        "records_per_s": round(per_second, 1),
        "interval": {name: [round(low, 4), round(high, 4)] for name, (low, high) in around.items()},
    }


def _quality(found: Quality) -> Report:
    return {"precision": round(found.precision, 4), "recall": round(found.recall, 4), "f": round(found.f, 4)}
