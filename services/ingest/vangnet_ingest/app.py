"""What follows from a verdict: which messages go out. The doors differ only in how bytes come in and answers go back."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from vangnet_contract import messages, topics
from vangnet_contract.policy import Partner, Policy
from vangnet_contract.stamp import Stamp, control_headers
from vangnet_runtime.clock import Clock
from vangnet_runtime.records import Outgoing

from vangnet_ingest.domain.admission import Admitted, Refused
from vangnet_ingest.domain.reading import Judged, judge

TICK_KEY = b"tick"
AT_A_TIME = 50
"""Events decided before others may work."""


class KafkaAway(Exception):
    """Not certain that everything is durable. Publishing it again does no harm: the linker drops repeats."""


class Publisher(Protocol):
    """Where messages go."""

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Returns once every message is on all in-sync replicas, for each topic in this order. Raises KafkaAway."""
        ...


class Tokens(Protocol):
    """Who a token was given to."""

    async def client_of(self, token: str) -> str:
        """The client, of an issuer that we trust, for this door, now. Raises NotAuthenticated, IssuerAway."""
        ...


class Arrival(NamedTuple):
    """Bytes as they came. Over HTTP: topic "http", partition 0, offset = position in the batch."""

    raw: bytes
    partner: Partner
    topic: str
    partition: int
    offset: int


class Decided(NamedTuple):
    """What came in, the verdict, and what is to be published about it."""

    arrival: Arrival
    judged: Judged
    outgoing: list[Outgoing]


class Reception:
    """One policy and one clock, for both doors."""

    def __init__(self, policy: Policy, clock: Clock, event_mode: bool) -> None:
        self.policy = policy
        self._clock = clock
        self._event_mode = event_mode

    async def decide_all(self, arrivals: Sequence[Arrival]) -> list[Decided]:
        """In the same order. Lets others work in between: a thousand signatures take a tenth of a second."""
        decided = []
        for number, arrival in enumerate(arrivals, 1):
            decided.append(self.decide(arrival))
            if number % AT_A_TIME == 0:
                await asyncio.sleep(0)
        return decided

    def decide(self, arrival: Arrival) -> Decided:
        """The verdict, and what follows from it."""
        judged = judge(arrival.raw, arrival.partner, self.policy, self._clock.now(), self._event_mode)
        return Decided(arrival, judged, self._messages(arrival, judged))

    def _messages(self, arrival: Arrival, judged: Judged) -> list[Outgoing]:
        if isinstance(judged.verdict, Admitted):
            return [accepted(judged, judged.verdict, arrival.partner, self.policy.version)]
        return [rejected(arrival, judged, judged.verdict), answer(arrival.partner, judged, judged.verdict)]


def outgoing(decided: Sequence[Decided]) -> list[Outgoing]:
    """Everything to be published, in order."""
    return [message for one in decided for message in one.outgoing]


def accepted(judged: Judged, verdict: Admitted, partner: Partner, version: str) -> Outgoing:
    """The partner's bytes, untouched; what we know about them in the headers."""
    stamp = Stamp(partner=partner.name, basis=verdict.basis, policy_version=version, received_at=judged.received_at)
    key = f"{judged.source}|{judged.id}".encode()
    return Outgoing(topics.EVENTS_ACCEPTED, 0, key, judged.raw, stamp.headers())


def rejected(arrival: Arrival, judged: Judged, verdict: Refused) -> Outgoing:
    """For operators: where the bytes are, their hash, the reasons."""
    message = messages.Rejected(
        topic=arrival.topic,
        partition=arrival.partition,
        offset=arrival.offset,
        partner=arrival.partner.name,
        digest=judged.digest,
        problems=[messages.explained(problem) for problem in verdict.problems],
        at=judged.received_at,
    )
    return Outgoing(
        topics.EVENTS_REJECTED, 0, arrival.partner.name.encode(), messages.encode(message), control_headers()
    )


def answer(partner: Partner, judged: Judged, verdict: Refused) -> Outgoing:
    """For the partner. Where the event cannot be named without risk, its key is the hash of the bytes that were sent."""
    message = messages.Feedback.rejected(judged.source, judged.id, verdict.problems)
    key = judged.id or judged.digest
    return Outgoing(topics.feedback(partner.name), 0, key.encode(), messages.encode(message), control_headers())


def tick(at: datetime) -> Outgoing:
    """It is `at`, for everyone behind us."""
    return Outgoing(topics.EVENTS_ACCEPTED, 0, TICK_KEY, messages.encode(messages.Tick(at=at)), control_headers())
