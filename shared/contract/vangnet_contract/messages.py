"""Messages between the services: msgspec structs in JSON, each tagged with `kind` and `schema`.

A reader ignores members that it does not know, so a field with a default may be added; anything else is a new schema.
All times are UTC. Person ids are opaque: 32 hexadecimal digits.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from vangnet_contract.reasons import EXPLANATIONS, Problem
from vangnet_contract.taxonomy import EventClass, Group

CONTENT_TYPE = "application/vnd.vangnet+json"
CHUNK = 500  # event records in one `person-changed`

Certainty = Literal["sure", "tentative"]
Holder = Literal["register", "desk"]
InCare = Literal["yes", "no", "unknown"]
RuleState = Literal["uit", "schaduw", "actief"]
SignalChange = Literal["raised", "updated", "ended", "withdrawn"]


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", rename="camel"):
    """What every internal message carries beside its `kind`."""

    schema: int = 1


class EventKey(msgspec.Struct, frozen=True, order=True, array_like=True):
    """Names an event for ever: its source and the id of its root."""

    source: str
    id: str


class EventRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A linked event as indicators know it: facts, no token and nothing that names a person.

    `revision` counts the corrections that have won for this event, from 0. `details` only where they are not sealed
    from anyone but the linker's readers; `release` is the partner's `vrijgave.niveau`.
    """

    event: EventKey
    revision: int
    type: str
    group: Group | None
    event_class: EventClass
    occurred_at: datetime
    registered_at: datetime
    received_at: datetime
    municipality: str | None
    district: str | None = None
    partner: str
    incident: str | None = None
    details: dict[str, str] = {}
    release: str | None = None
    certainty: Certainty = "sure"


class Tick(Message, frozen=True, kw_only=True, tag="tick"):
    """It is `at`: the only clock that absence, expiry, horizons and quiet hours know."""

    at: datetime


class PolicyActivated(Message, frozen=True, kw_only=True, tag="policy-activated"):
    """From here on this version of the policy holds."""

    version: str


class Heartbeat(Message, frozen=True, kw_only=True, tag="heartbeat"):
    """Everything that the partner registered up to `up_to` has been sent."""

    partner: str
    up_to: datetime


class LinkDecision(Message, frozen=True, kw_only=True, tag="link-decision"):
    """Two events are not about one person (or that decision is revoked). Idempotent by `decision`: the last word holds.

    A person is split into two by one decision for each event that does not belong and one that does. `at`: when it was
    approved, or revoked; that is the time of what changes by it. One about an event that the linker
    does not have (any more) changes nothing.
    """

    decision: str
    at: datetime
    events: tuple[EventKey, EventKey]
    decided_by: str
    approved_by: str
    revoked: bool = False


class PersonChanged(Message, frozen=True, kw_only=True, tag="person-changed"):
    """One linker step changed one person: its records that went and those that came. `at` = receivedAt of the cause.

    More than CHUNK records come in several messages with `more` set on all but the last: count after the last.
    """

    person: str
    at: datetime
    cause: EventKey | None
    removed: list[EventRecord] = []
    added: list[EventRecord] = []
    more: bool = False


class AreaEvent(Message, frozen=True, kw_only=True, tag="area-event"):
    """A located event, anonymous or not, came into (or left) the area counts."""

    change: Literal["added", "removed"]
    record: EventRecord
    traceable: bool


class Evidence(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One event that a signal rests on. `occurrence` numbers the occurrences of the episode from 1; 0 = of none of them. `certainty`
    tentative: it might as well be about somebody else."""

    event: EventKey
    revision: int = 0
    type: str
    group: Group | None
    partner: str
    municipality: str | None
    occurred_at: datetime
    received_at: datetime
    occurrence: int
    release: str | None = None
    certainty: Certainty = "sure"


class Signal(Message, frozen=True, kw_only=True, tag="signal"):
    """A rule's condition is met for a person. `mode` is the rule's state in the lead municipality, as both are now.

    `raised_at` = `at` of the message that raised it; `received_at` of the crossing event is in the evidence. `anchor` = the
    first event of what the episode began after, for a rule that has one episode for each of these. `start_list`: it was met
    already when the rule came into force there, so it is no news.
    """

    id: str
    change: SignalChange
    at: datetime
    rule: str
    policy_version: str
    person: str
    episode: int
    crossed_at: datetime
    raised_at: datetime
    ended_at: datetime | None = None
    occurrences: int
    events: int
    municipalities: list[str]
    lead: str | None
    in_care: InCare = "unknown"
    evidence: list[Evidence]
    mode: RuleState
    superseded_by: str | None = None
    anchor: EventKey | None = None
    start_list: bool = False


class RegionalSignal(Message, frozen=True, kw_only=True, tag="regional-signal"):
    """A rule's condition is met for a municipality (`place`) or a partner: no person in it.

    `since` = the last sign of life of a partner that is silent, the first day of the week for a place. `sign` says which of
    the two a silent partner does not give. `expected` and `counted`: events or reports in that time.
    """

    id: str
    change: SignalChange
    at: datetime
    rule: str
    policy_version: str
    place: str | None = None
    partner: str | None = None
    sign: Literal["heartbeat", "events"] | None = None
    since: datetime | None = None
    crossed_at: datetime
    raised_at: datetime
    ended_at: datetime | None = None
    counted: int = 0
    expected: float = 0.0
    mode: RuleState


class AlertChanged(Message, frozen=True, kw_only=True, tag="alert-changed"):
    """An alert as it stands after a step that changed where it stands or what came of it; no person and no evidence in it.

    Of messages about one `alert` the one with the greatest `version` holds: steps of the stream and decisions by people come
    under two producer names, so their order on the topic says nothing. `municipality`: its owner, else the lead. For I15:
    `crossing_received_at` = receivedAt of the event that made the rule's condition true (None once it is withdrawn),
    `released_at` and `acknowledged_at` = the first time. For I16: `outcome`, `novelty` and `intervention` are codes of
    vangnet_contract.outcomes, given when it is closed and gone when it is opened again; `reason` = why it was declined.
    """

    alert: str
    version: int
    at: datetime
    rule: str
    municipality: str | None
    state: str
    raised_at: datetime
    crossing_received_at: datetime | None = None
    released_at: datetime | None = None
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    novelty: Literal["ja", "nee"] | None = None
    intervention: str | None = None
    started_on: date | None = None
    reason: str | None = None


class TrailHead(Message, frozen=True, kw_only=True, tag="trail-head"):
    """The last line of a day in the notifier's trail, as it stood at `at`: whoever keeps it sees later whether any line up to it
    was changed. `line` counts all lines, `place` those of the `day` (Europe/Amsterdam); `hash` = 64 hexadecimal digits."""

    day: date
    line: int
    place: int
    hash: str
    at: datetime


class FeedbackProblem(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why an event was refused: code, field path, rule; `explanation` is the sentence for people. Never a value."""

    reason: str
    field: str
    rule: str
    explanation: str


class Feedback(Message, frozen=True, kw_only=True, tag="feedback"):
    """The final word on one event. The same for people known, unknown, waiting, suppressed or erased."""

    source: str
    id: str
    status: Literal["accepted", "rejected"]
    problems: list[FeedbackProblem] = []

    @staticmethod
    def rejected(source: str, event_id: str, problems: list[Problem]) -> "Feedback":
        """The answer to an event that breaks these rules."""
        return Feedback(source=source, id=event_id, status="rejected", problems=[explained(p) for p in problems])


class ContactRequest(Message, frozen=True, kw_only=True, tag="contact-request"):
    """For the partner that sent event (`source`, `id`): make contact with the person of your own report, by your own law. Or,
    `withdrawn`: the request is off, use it no more.

    Says nothing of the person or of what others sent. `municipality` = whose coordinator asks; `purpose`: code of
    vangnet_contract.contact; `ground` = the basis that is claimed. Answered by an event of type contactantwoord with `request`
    as its `verzoek`.
    """

    request: str
    source: str
    id: str
    at: datetime
    municipality: str | None
    purpose: str
    ground: str
    urgent: bool
    answer_by: datetime | None
    withdrawn: bool = False


class ReportDoubted(Message, frozen=True, kw_only=True, tag="report-doubted"):
    """For the partner that sent event (`source`, `id`): somebody at the desk says that it is not right. `reason`: a code of
    vangnet_contract.contact.DOUBTS. It asks to look, and perhaps to correct or retract; nothing has to be answered."""

    source: str
    id: str
    at: datetime
    reason: str
    explanation: str


class PartnerReply(Message, frozen=True, kw_only=True, tag="partner-reply"):
    """A partner answers a contact request (`about` = the request) or objects to the release of an event of its own (`about` = its
    id): an accepted event without a person, from the linker through indicators to the notifier.

    `event` is the reply itself; of messages about one the greatest `revision` holds. `withdrawn`: it was taken back, or is no
    longer kept. `answer`, `ground`: codes of the type's details.
    """

    partner: str
    event: EventKey
    revision: int
    type: str
    about: str
    answer: str | None
    ground: str
    registered_at: datetime
    at: datetime
    withdrawn: bool = False


class AccessAsked(Message, frozen=True, kw_only=True, tag="access-asked"):
    """A rights desk asks what is held about somebody (article 15 of the GDPR): from the linker, which has answered for the register,
    through indicators to the notifier, which answers for the desk.

    `event` is the request. `person` None: nothing is held.
    """

    partner: str
    event: EventKey
    at: datetime
    person: str | None


class AccessAnswer(Message, frozen=True, kw_only=True, tag="access-answer"):
    """For the rights desk that sent access request (`source`, `id`): what is held, sealed for that desk alone (vangnet_pseudonym.answers).

    Each service answers for itself: `holder` register = the events that are kept, desk = the alerts and whom they went to. Both
    always come, also about somebody of whom nothing is held. `sealed`: base64url; opened it is JSON, a list of HeldEvent or
    HeldAlert. A long list comes in `parts`, numbered by `part` from 1.
    """

    source: str
    id: str
    at: datetime
    holder: Holder
    part: int
    parts: int
    key_id: str
    sealed: str


class HeldEvent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An event that the register keeps about somebody. What else it says is with the partner that sent it.

    `certainty` tentative: it might as well be about somebody else. `in_view`: whether indicators count it.
    """

    partner: str
    source: str
    id: str
    revision: int
    type: str
    occurred_at: datetime
    registered_at: datetime
    received_at: datetime
    municipality: str | None
    details: dict[str, str]
    certainty: Certainty
    in_view: bool


class HeldTold(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """That something about an alert was sent: when, by which way, and why (kind of mail)."""

    at: datetime
    channel: str
    kind: str


class HeldAsked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """That a partner was asked to make contact. `purpose`: code of vangnet_contract.contact."""

    at: datetime
    partner: str
    purpose: str


class HeldAlert(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An alert about somebody, and whom it went to: officials by their number, organisations by name. `municipality`: whose it is."""

    alert: str
    rule: str
    state: str
    raised_at: datetime
    municipality: str | None
    outcome: str | None
    events: list[EventKey]
    told: list[HeldTold]
    opened_by: int
    asked: list[HeldAsked]


class Rejected(Message, frozen=True, kw_only=True, tag="rejected"):
    """For operators: where the refused bytes are, what they hash to and why; never a value of them."""

    topic: str
    partition: int
    offset: int
    partner: str
    digest: str
    problems: list[FeedbackProblem]
    at: datetime


ControlMessage = Tick | PolicyActivated | LinkDecision
PersonsMessage = PersonChanged | AreaEvent | Tick | PolicyActivated | Heartbeat | PartnerReply | AccessAsked
SignalsMessage = Signal | RegionalSignal | Tick | PolicyActivated | PartnerReply | AccessAsked
AlertsMessage = AlertChanged
FeedbackMessage = Feedback | ContactRequest | ReportDoubted | AccessAnswer

encode = msgspec.json.Encoder().encode
decode_control = msgspec.json.Decoder(ControlMessage).decode
decode_persons = msgspec.json.Decoder(PersonsMessage).decode
decode_signals = msgspec.json.Decoder(SignalsMessage).decode
decode_alerts = msgspec.json.Decoder(AlertsMessage).decode
decode_trail = msgspec.json.Decoder(TrailHead).decode
decode_feedback = msgspec.json.Decoder(FeedbackMessage).decode


def explained(problem: Problem) -> FeedbackProblem:
    """A problem as it is told to the sender."""
    reason, field, rule = problem
    return FeedbackProblem(reason=reason, field=field, rule=rule, explanation=EXPLANATIONS[reason])
