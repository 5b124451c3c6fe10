"""The linker's use cases: one short function for each message."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from vangnet_contract.contact import REPLIES
from vangnet_contract.messages import (
    AccessAsked,
    Certainty,
    EventRecord,
    Feedback,
    Heartbeat,
    HeldEvent,
    PartnerReply,
    PolicyActivated,
    Rejected,
    Tick,
    explained,
)
from vangnet_contract.policy import Policy
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.taxonomy import ACCESS, ERASURE
from vangnet_contract.topics import EVENTS_ACCEPTED

from vangnet_linker.domain.effects import Access, Area, Effects
from vangnet_linker.domain.incoming import Beat, Decided, Incoming, Unopenable
from vangnet_linker.domain.ledger import Answer, judge, version_of
from vangnet_linker.domain.objection import suppresses
from vangnet_linker.domain.registry import Registry, Row

Message = Incoming | Unopenable | Beat | Tick | PolicyActivated | Decided


def step(registry: Registry, message: Message, policy: Policy) -> Effects:
    """Decide on one message. `registry` holds all that it may touch."""
    effects = HANDLERS[type(message)](registry, message, policy)
    for key in registry.touched:
        registry.rows[key].due = due(registry.rows[key], policy)
    registry.touched.clear()
    return effects


def receive(registry: Registry, incoming: Incoming, policy: Policy) -> Effects:
    """A root event, a correction or a retraction."""
    row = registry.row(incoming.root)
    answer = judge(incoming, row.versions, names_another(registry, incoming))
    if isinstance(answer, list):
        return refused(incoming, answer)
    effects = Effects(feedback=[(incoming.partner, accepted(incoming))])
    if answer is Answer.NEW:
        row.versions = [*row.versions, version_of(incoming)]
        registry.touch(row)
        if incoming.kind != "root":
            registry.name(incoming.version, incoming.root)
        settle(registry, row, incoming, effects)
    return effects


def settle(registry: Registry, row: Row, incoming: Incoming, effects: Effects) -> None:
    """What the event is now, after a new message about it."""
    kinds = {version.kind for version in row.versions}
    if row.closed:
        return
    if "root" not in kinds:
        row.event = incoming.event
        row.waiting = [*row.waiting, incoming]
    elif "retraction" in kinds:
        destroy(registry, [row], effects)
    else:
        replace(registry, row, winner([*row.waiting, incoming]), effects)
        row.waiting = []
        if incoming.record.type == ERASURE and row.profile is not None:
            person = registry.person_of(row.profile)
            destroy(registry, [one for one in person if not suppresses(one.record)], effects)
        if incoming.record.type == ACCESS and incoming.kind == "root":
            effects.access.append(access(registry, row, incoming))


def access(registry: Registry, row: Row, request: Incoming) -> Access:
    """What the register holds about the person of this request, the request itself left out. Nothing, when nothing may be kept."""
    asked = AccessAsked(partner=request.partner, event=request.event, at=request.received_at, person=None)
    if row.profile is None:
        return Access(asked, [])
    person = registry.person_of(row.profile)
    held = [
        held_event(one.record, registry.certainty(one), in_view=one.shown is not None)
        for one in person
        if one.record is not None and one is not row
    ]
    return Access(msgspec.structs.replace(asked, person=registry.person_id(row.profile).hex()), held)


def replace(registry: Registry, row: Row, version: Incoming, effects: Effects) -> None:
    """The event is as this version says, unless a later one said otherwise before."""
    rank = (version.registered_at, version.id)
    if row.rank is not None and rank < row.rank:
        return
    before, traceable = row.record, row.profile is not None
    births = registry.detach(row)
    row.event, row.rank = version.event, rank
    row.record = msgspec.structs.replace(
        version.record,
        received_at=received_at(row),
        revision=before.revision + 1 if before else int(version.kind != "root"),
    )
    if version.tokens:
        registry.attach(row, version)
    effects.areas += area_changes(None if row.restricted else before, traceable, row.record, bool(version.tokens))
    effects.replies += partner_replies(row.record, withdrawn=False)
    row.restricted = False
    follow(registry, births, [row], effects)


def destroy(registry: Registry, rows: list[Row], effects: Effects, *, counted: bool = True) -> None:
    """Nothing of these events is left but the ledger. `counted`: they leave the area counts as well."""
    births: set[int] = set()
    for row in rows:
        if counted and not row.restricted:
            effects.areas += area_changes(row.record, row.profile is not None, None, False)
        effects.replies += partner_replies(row.record, withdrawn=True)
        births |= registry.detach(row)
        row.record, row.event, row.rank, row.waiting, row.closed, row.restricted = None, None, None, [], True, False
        registry.touch(row)
    follow(registry, births, rows, effects)


def follow(registry: Registry, births: set[int], rows: list[Row], effects: Effects) -> None:
    """Whoever moves because of a change to these rows, which were of these profiles before."""
    reached = registry.reach(births | {row.profile for row in rows if row.profile is not None})
    if not registry.settled(reached, rows):
        registry.regroup(reached)
    tell(registry, reached, rows, effects)


def tell(registry: Registry, reached: set[int], rows: list[Row], effects: Effects) -> None:
    """What others must be told about these profiles and rows, and what may not be kept."""
    effects.moved += registry.show(reached, rows)
    for row in registry.restrict(reached, rows):
        gone, come = (row.record, None) if row.restricted else (None, row.record)
        effects.areas += area_changes(gone, row.profile is not None, come, row.profile is not None)
    if doomed := registry.suppressed(reached):
        destroy(registry, doomed, effects)


def keep_apart(registry: Registry, decided: Decided, policy: Policy) -> Effects:
    """Two events are about two people, or that was taken back. Of events that are not there (any more) nothing follows."""
    rows = [registry.rows.get(root) for root in decided.roots]
    effects = Effects()
    if decided.roots[0] == decided.roots[1] or any(row is None for row in rows):
        return effects
    known = [row for row in rows if row is not None]
    for row, other in zip(known, reversed(known), strict=True):
        left = {name: root for name, root in row.apart.items() if name != decided.decision}
        row.apart = left if decided.revoked else left | {decided.decision: other.key}
        registry.touch(row)
    reached = registry.reach({row.profile for row in known if row.profile is not None})
    registry.regroup(reached)
    tell(registry, reached, known, effects)
    return effects


def let_time_pass(registry: Registry, tick: Tick, policy: Policy) -> Effects:
    """Everything that is due at this Tick; then the Tick goes on to everyone."""
    effects = Effects(forward=[tick])
    overdue = [row for row in registry.rows.values() if row.due is not None and row.due <= tick.at]
    overdue.sort(key=lambda row: (row.due, row.key))
    held = [row for row in overdue if is_held(row)]
    if (
        held
    ):  # together: without some of them others would come into view, and be taken for events that were kept long enough
        destroy(registry, held, effects, counted=False)
    gone = {row.key for row in held}
    for row in overdue:
        if row.key not in gone:
            expire(registry, row, tick.at, policy, effects)
    if registry.stale:
        tell(registry, registry.reweigh(), [], effects)
    return effects


def is_held(row: Row) -> bool:
    """Whether it is about somebody who is not in view. An objection keeps what is there."""
    return row.profile is not None and row.shown is None and not (row.waiting or row.closed or row.restricted)


def expire(registry: Registry, row: Row, at: datetime, policy: Policy, effects: Effects) -> None:
    """The root never came; or the event, or its ledger, was kept long enough."""
    if row.waiting:
        give_up_waiting(registry, row, at, policy, effects)
    elif row.closed or row.record is None:
        registry.forget(row)
    else:
        destroy(registry, [row], effects)
        registry.forget(row)


def give_up_waiting(registry: Registry, row: Row, at: datetime, policy: Policy, effects: Effects) -> None:
    """Second, final answer to corrections and retractions whose root did not come within the horizon."""
    horizon = timedelta(days=policy.region.horizon_days)
    late = [incoming for incoming in row.waiting if incoming.received_at + horizon <= at]
    for incoming in late:
        problem = Problem(
            Reason.ROOT_MISSING,
            f"data.{'retracts' if incoming.kind == 'retraction' else 'corrects'}",
            f"names an event that did not come within {policy.region.horizon_days} days",
        )
        effects.feedback.append((incoming.partner, Feedback.rejected(incoming.event.source, incoming.id, [problem])))
    gone = {incoming.version for incoming in late}
    row.waiting = [incoming for incoming in row.waiting if incoming.version not in gone]
    row.versions = [version for version in row.versions if version.key not in gone]
    if row.versions:
        registry.touch(row)
    else:
        registry.forget(row)


def refuse(registry: Registry, event: Unopenable, policy: Policy) -> Effects:
    """What ingest let in and cannot be used after all."""
    return Effects(
        feedback=[(event.partner, Feedback.rejected(event.event.source, event.id, event.problems))],
        rejected=[rejection(event.offset, event.partner, event.digest, event.problems, event.received_at)],
    )


def refused(incoming: Incoming, problems: list[Problem]) -> Effects:
    """An event that contradicts what came before."""
    return Effects(
        feedback=[(incoming.partner, Feedback.rejected(incoming.event.source, incoming.id, problems))],
        rejected=[rejection(incoming.offset, incoming.partner, incoming.content.hex(), problems, incoming.received_at)],
    )


def rejection(offset: int, partner: str, digest: str, problems: list[Problem], at: datetime) -> Rejected:
    """For operators."""
    told = [explained(problem) for problem in problems]
    return Rejected(
        topic=EVENTS_ACCEPTED, partition=0, offset=offset, partner=partner, digest=digest, problems=told, at=at
    )


def pass_on_heartbeat(registry: Registry, beat: Beat, policy: Policy) -> Effects:
    """Indicators judge absence by it."""
    answer = Feedback(source=beat.event.source, id=beat.event.id, status="accepted")
    return Effects(feedback=[(beat.partner, answer)], forward=[Heartbeat(partner=beat.partner, up_to=beat.up_to)])


def pass_on_policy(registry: Registry, activated: PolicyActivated, policy: Policy) -> Effects:
    """Every partition switches at this point of the stream."""
    return Effects(forward=[activated])


def names_another(registry: Registry, incoming: Incoming) -> bool:
    """Whether this id was used before, for another event or another role."""
    if registry.elsewhere.get(incoming.version, incoming.root) != incoming.root:
        return True
    if incoming.kind == "root":
        return incoming.version in registry.elsewhere
    other = registry.rows.get(incoming.version)
    return other is not None and any(version.kind == "root" for version in other.versions)


def accepted(incoming: Incoming) -> Feedback:
    """The same for everyone, in view or not."""
    return Feedback(source=incoming.event.source, id=incoming.id, status="accepted")


def winner(versions: list[Incoming]) -> Incoming:
    """The greatest (time, id)."""
    return max(versions, key=lambda version: (version.registered_at, version.id))


def received_at(row: Row) -> datetime:
    """When the root was received: waiting, retention and lateness run from there."""
    for version in row.versions:
        if version.kind == "root":
            return version.received_at
    raise LookupError("a row without its root has not been received")


def area_changes(
    before: EventRecord | None, was_traceable: bool, after: EventRecord | None, traceable: bool
) -> list[Area]:
    """How the area counts change with one event."""
    removed = [Area("removed", before, was_traceable)] if before and before.municipality else []
    return removed + ([Area("added", after, traceable)] if after and after.municipality else [])


def held_event(record: EventRecord, certainty: Certainty, *, in_view: bool) -> HeldEvent:
    """An event as the person that it is about may know it."""
    return HeldEvent(
        partner=record.partner,
        source=record.event.source,
        id=record.event.id,
        revision=record.revision,
        type=record.type,
        occurred_at=record.occurred_at,
        registered_at=record.registered_at,
        received_at=record.received_at,
        municipality=record.municipality,
        details=record.details,
        certainty=certainty,
        in_view=in_view,
    )


def partner_replies(record: EventRecord | None, *, withdrawn: bool) -> list[PartnerReply]:
    """What a partner says to the desk with this event; of most types nothing."""
    named = REPLIES.get(record.type) if record else None
    if record is None or named is None:
        return []
    reply = PartnerReply(
        partner=record.partner,
        event=record.event,
        revision=record.revision,
        type=record.type,
        about=record.details[named],
        answer=record.details.get("antwoord"),
        ground=record.details["grond"],
        registered_at=record.registered_at,
        at=record.received_at,
        withdrawn=withdrawn,
    )
    return [reply]


def due(row: Row, policy: Policy) -> datetime | None:
    """The Tick at which something happens to a row of its own accord."""
    region = policy.region
    if row.waiting:
        return min(incoming.received_at for incoming in row.waiting) + timedelta(days=region.horizon_days)
    if row.record is None:
        return min(version.received_at for version in row.versions) + timedelta(days=region.horizon_days)
    if suppresses(row.record):  # the mark
        return None
    held = row.profile is not None and row.shown is None and not row.restricted
    return received_at(row) + timedelta(days=policy.wait_days(row.record.partner) if held else region.retention_days)


HANDLERS: dict[type, Callable[[Registry, Any, Policy], Effects]] = {
    Incoming: receive,
    Unopenable: refuse,
    Beat: pass_on_heartbeat,
    Decided: keep_apart,
    Tick: let_time_pass,
    PolicyActivated: pass_on_policy,
}
