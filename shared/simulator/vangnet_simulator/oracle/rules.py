"""Episodes of every kind of rule by plain loops, from reading.md and rules.csv. A rule is the mapping that its YAML is.

Slow on purpose: the condition is evaluated anew at every time, from the events known at that time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from vangnet_simulator.oracle.linking import Fact, Root
from vangnet_simulator.oracle.terms import Basis, Episode, Heard, Plain, World, days, rank, state, threshold

OPENS = ("start", "lopend")
ADMISSION = "nl.oggz-signalen.ggz.opname.v1"
CLOSERS = ("nl.oggz-signalen.ggz.ontslag.v1", "nl.oggz-signalen.ggz.zorguitval.v1")
AUTHORISATION = "nl.oggz-signalen.verplichte-zorg.zorgmachtiging.v1"


def episodes(facts: Iterable[Fact], rule: Plain, world: World, heard: Heard) -> list[Episode]:
    """Everything that the rule says about these events, by time; of one time by the anchor's."""
    facts, kind = list(facts), rule["condition"]["kind"]
    if kind == "followed-by":
        found = after_anchors(facts, rule, world)
    elif kind == "missing-after":
        found = [one for due, one in absences(facts, rule, world) if judged(one, due, rule, world, heard)]
    else:
        found = runs(facts, rule, world)
    return sorted(found, key=lambda one: one.crossed_at)


# --- conditions that hold at times of the person's own events


def runs(facts: list[Fact], rule: Plain, world: World) -> list[Episode]:
    """T, cut where nothing held for rearmDays or longer."""
    rearm = days(rule["rearmDays"])
    held: list[list[tuple[datetime, Basis]]] = []
    for t in sorted({fact.occurred_at for fact in facts}):
        basis = at_time(facts, rule["condition"], t, world, rule)
        if basis is None or state(rule, basis.lead) == "uit":
            continue
        if not held or t - held[-1][-1][0] >= rearm:
            held.append([])
        held[-1].append((t, basis))
    return [
        Episode(
            rule=rule["id"],
            crossed_at=run[0][0],
            last=run[-1][0],
            ends_at=run[-1][0] + rearm,
            basis=run[-1][1],
            evidence=evidence([basis for _, basis in run]),
            mode=state(rule, max((fact for _, basis in run for fact in basis.facts), key=rank).municipality),
        )
        for run in held
    ]


def at_time(facts: list[Fact], condition: Plain, t: datetime, world: World, rule: Plain | None) -> Basis | None:
    """What the condition rests on at t; None when it does not hold. `rule`: whose thresholds count; None = the condition's own."""
    known = [fact for fact in facts if fact.occurred_at <= t]
    match condition["kind"]:
        case "occurrence-count":
            return counting(known, condition, t, world, rule)
        case "several-groups":
            return several(known, condition, t, world, rule)
        case "acceleration":
            return accelerating(known, condition, t, world, rule)
        case "followed-by":
            return coming_true(known, condition, t, world)
        case "any-of":
            parts = [at_time(facts, one, t, world, None) for one in condition["conditions"]]
            holding = [part for part in parts if part is not None]
            return merged(holding) if holding else None
    raise AssertionError(condition["kind"])


def counting(known: list[Fact], condition: Plain, t: datetime, world: World, rule: Plain | None) -> Basis | None:
    found = []
    for group in world.cut(known):
        if not t - days(condition["days"]) < group[0].occurred_at:
            continue
        fits = [
            fact
            for fact in group
            if condition.get("withGroup") in (None, fact.group) and named(condition.get("withType"), fact)
        ]
        if fits:
            found.append(tuple(group))
    basis = Basis(tuple(found))
    needed = condition["count"] if rule is None else threshold(rule, basis.lead, condition["count"])
    return basis if found and len(found) >= needed else None


def several(known: list[Fact], condition: Plain, t: datetime, world: World, rule: Plain | None) -> Basis | None:
    after = t - days(condition["days"])
    events = [fact for fact in known if fact.event_class in condition["classes"] and after < fact.occurred_at]
    started = [tuple(group) for group in world.cut(known) if after < group[0].occurred_at]
    basis = Basis(tuple(started), tuple(events))
    groups = {fact.group for fact in events if fact.group}
    needed = condition["groups"] if rule is None else threshold(rule, basis.lead, condition["groups"])
    return basis if len(groups) >= max(2, needed) and len(started) >= condition["occurrences"] else None


def accelerating(known: list[Fact], condition: Plain, t: datetime, world: World, rule: Plain | None) -> Basis | None:
    recent, before = condition["recentDays"], condition["recentDays"] + condition["guardDays"]
    groups = world.cut(known)
    lately = [tuple(group) for group in groups if t - days(recent) < group[0].occurred_at]
    baseline = [
        group
        for group in groups
        if t - days(before + condition["baselineDays"]) < group[0].occurred_at <= t - days(before)
    ]
    basis = Basis(tuple(lately))
    needed = condition["atLeast"] if rule is None else threshold(rule, basis.lead, condition["atLeast"])
    if not lately or len(lately) < needed or len(baseline) < condition["baselineAtLeast"]:
        return None
    quick = len(lately) * condition["baselineDays"] >= condition["factor"] * len(baseline) * recent
    return basis if quick else None


def coming_true(known: list[Fact], condition: Plain, t: datetime, world: World) -> Basis | None:
    """Whether some anchor and something that belongs to it are both known at t, and were not before."""
    pairs = [
        (anchor, by)
        for anchor in merged_anchors(happenings(known, condition["after"], world), condition)
        for by in happenings(known, condition["by"], world)
        if belongs(anchor, by, condition)
        and max(anchor.known, by.known) == t
        and not ended(known, condition, anchor, t)
    ]
    return merged([one.basis for pair in pairs for one in pair]) if pairs else None


# --- anchors


@dataclass(frozen=True)
class Happened:
    """`time`: of the occurrence or event; `known`: since when it is what was asked for."""

    time: datetime
    known: datetime
    basis: Basis
    first: Root


def happenings(known: Iterable[Fact], what: Plain, world: World) -> list[Happened]:
    """Occurrences or events, in order, as far as these facts tell."""
    facts = sorted(known, key=rank)
    if what["what"] == "event":
        return [
            Happened(fact.occurred_at, fact.occurred_at, Basis((), (fact,)), fact.root)
            for fact in facts
            if any(like(fact, pattern) for pattern in what["like"])
        ]
    found = []
    for group in world.cut(facts):
        fits = [
            fact for fact in group if what.get("withGroup") in (None, fact.group) and named(what.get("withType"), fact)
        ]
        if fits:
            first = group[0]
            found.append(Happened(first.occurred_at, fits[0].occurred_at, Basis((tuple(group),)), first.root))
    return found


def like(fact: Fact, pattern: Plain) -> bool:
    """One of its types or classes, with one of the values for each detail."""
    chosen = any(named(name, fact) for name in pattern.get("types", ())) or fact.event_class in pattern.get(
        "classes", ()
    )
    details = dict(fact.details)
    return chosen and all(details.get(name) in values for name, values in pattern.get("details", {}).items())


def named(name: str | None, fact: Fact) -> bool:
    """Whether a fact is of that short type."""
    return name is None or fact.type == f"nl.oggz-signalen.{name}.v1"


def merged_anchors(found: list[Happened], condition: Plain) -> list[Happened]:
    """Those within mergeDays of the first of them are that first."""
    kept: list[Happened] = []
    for one in found:
        if not condition.get("mergeDays") or not kept or one.time - kept[-1].time > days(condition["mergeDays"]):
            kept.append(one)
    return kept


def belongs(anchor: Happened, by: Happened, condition: Plain) -> bool:
    """In (anchor, anchor + days], or within days on either side."""
    if condition.get("eitherOrder"):
        return abs(by.time - anchor.time) <= days(condition["days"])
    return anchor.time < by.time <= anchor.time + days(condition["days"])


def ended(facts: Iterable[Fact], condition: Plain, anchor: Happened, t: datetime) -> bool:
    """Whether something ended it after the anchor and not after t."""
    until = condition.get("until")
    return until is not None and any(
        anchor.time < fact.occurred_at <= t for fact in facts if any(like(fact, one) for one in until["like"])
    )


def after_anchors(facts: list[Fact], rule: Plain, world: World) -> list[Episode]:
    """For each anchor the first time at which it comes true."""
    condition, found = rule["condition"], []
    for final in merged_anchors(happenings(facts, condition["after"], world), condition):
        for t in sorted({fact.occurred_at for fact in facts if fact.occurred_at >= final.time}):
            if ended(facts, condition, final, t):
                break
            known = [fact for fact in facts if fact.occurred_at <= t]
            mine = [one for one in happenings(known, condition["after"], world) if one.first == final.first]
            bases = [
                one.basis
                for anchor in mine
                for by in happenings(known, condition["by"], world)
                if belongs(anchor, by, condition)
                for one in (anchor, by)
            ]
            if bases:
                ends = [
                    fact.occurred_at
                    for fact in facts
                    if fact.occurred_at > final.time
                    and any(like(fact, one) for one in (condition.get("until") or {"like": []})["like"])
                ]
                ends_at = min([t + days(rule["openDays"]), *ends])
                found += single(rule, t, ends_at, merged(bases), final.first)
                break
    return found


def absences(facts: list[Fact], rule: Plain, world: World) -> list[tuple[datetime, Episode]]:
    """(due, episode if it is judged) for each anchor after which nothing came."""
    condition, found = rule["condition"], []
    awaited = happenings(facts, condition["awaited"], world)
    for final in happenings(facts, condition["after"], world):
        due = final.time + days(condition["days"])
        if any(final.time < one.time <= due for one in awaited):
            continue
        known = [fact for fact in facts if fact.occurred_at <= due]
        for anchor in happenings(known, condition["after"], world):
            if anchor.first == final.first:
                for one in single(rule, due, due + days(rule["openDays"]), anchor.basis, anchor.first):
                    asked = condition.get("onlyIfNotInCare")
                    if not asked or care(facts, anchor.time, one.lead, world, None) == "no":
                        found.append((due, one))
    return found


def awaited_senders(rule: Plain, world: World, place: str | None) -> set[str] | None:
    """Who must have delivered before the rule can be judged there."""
    patterns = rule["condition"]["awaited"]["like"]
    types = {
        name
        for name, (event_class, details) in world.types.items()
        if any(
            (any(name == f"nl.oggz-signalen.{short}.v1" for short in one.get("types", ())) or event_class in one.get("classes", ()))
            and all(set(values) & set(details.get(detail, ())) for detail, values in one.get("details", {}).items())
            for one in patterns
        )
    }  # fmt: skip
    senders = world.senders(types, place)
    if senders is not None and rule["condition"].get("onlyIfNotInCare"):
        of_care = world.senders(care_types(world), place)
        return None if of_care is None else senders | of_care
    return senders


def judged(one: Episode, due: datetime, rule: Plain, world: World, heard: Heard) -> bool:
    """Whether its time has come and everyone has delivered up to then."""
    senders = awaited_senders(rule, world, one.lead)
    return senders is not None and due <= heard.tick and heard.delivered(senders, due)


def single(rule: Plain, t: datetime, ends_at: datetime, basis: Basis, anchor: Root) -> list[Episode]:
    """The episode of one anchor; none where the rule is off."""
    mode = state(rule, basis.lead)
    if mode == "uit":
        return []
    return [Episode(rule["id"], t, t, ends_at, basis, evidence([basis]), mode, anchor)]


# --- what it rests on, in care


def merged(bases: list[Basis]) -> Basis:
    """Each occurrence once, with the most that is known of it; each other event once."""
    longest: dict[Root, tuple[Fact, ...]] = {}
    for basis in bases:
        for group in basis.occurrences:
            if len(group) > len(longest.get(group[0].root, ())):
                longest[group[0].root] = group
    ordered = sorted(longest.values(), key=lambda group: rank(group[0]))
    return Basis(tuple(ordered), tuple(sorted({fact for basis in bases for fact in basis.others}, key=rank)))


def evidence(bases: list[Basis]) -> tuple[tuple[Fact, int], ...]:
    """Every event once, in order, with the number of its occurrence."""
    whole = merged(bases)
    numbers = dict.fromkeys(whole.others, 0)
    for number, group in enumerate(whole.occurrences, 1):
        numbers.update(dict.fromkeys(group, number))
    return tuple(sorted(numbers.items(), key=lambda item: rank(item[0])))


def care_types(world: World) -> set[str]:
    """The types that tell whether somebody is in care."""
    return {name for name, (event_class, _) in world.types.items() if event_class == "care"} | {AUTHORISATION}


def care(facts: Iterable[Fact], t: datetime, place: str | None, world: World, heard: Heard | None) -> str:
    """yes, no or unknown at t. `heard` None = as it will be once everyone has delivered."""
    newest = None
    for fact in sorted(facts, key=rank):
        phase = dict(fact.details).get("fase")
        if fact.occurred_at > t:
            break
        if fact.type == ADMISSION:
            newest = "yes"
        elif fact.type in CLOSERS:
            newest = None
        elif fact.event_class == "care" or fact.type == AUTHORISATION:
            if phase in OPENS:
                newest = "yes" if t - fact.occurred_at <= days(world.care_days) else None
            elif phase == "einde":
                newest = None
    if newest:
        return "yes"
    senders = world.senders(care_types(world), place)
    if heard is not None and (senders is None or not heard.delivered(senders, t)):
        return "unknown"
    held = senders is not None and all(world.waiting.get(partner, 0) >= world.care_days for partner in senders)
    received = [fact.received_at for fact in facts if fact.event_class in ("incident", "request")]
    opened = bool(received) and min(received) <= t - days(world.care_days)
    return "no" if held or opened else "unknown"
