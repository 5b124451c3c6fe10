"""Delivery of mails and webhooks, in reading order: lease what is due, send it outside any transaction, note what the server said.

Either is sent at least once: whoever dies between sending and noting leaves a lease that runs out, and it goes
again with the same Message-ID or webhook-id. After `Patience.attempts` tries, or when the server refuses it for good, it is `failed`, which is counted
and shown.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Literal, Protocol

import msgspec
from vangnet_runtime.backoff import Backoff
from vangnet_runtime.clock import Clock
from vangnet_runtime.faults import passes_by_itself
from vangnet_runtime.logging import get_logger

from vangnet_notifier import metrics
from vangnet_notifier.domain.delivery import SEND_TIMEOUT, Channel, GiveUp, Patience, Retry, after_failure
from vangnet_notifier.domain.words import Kind

AT_ONCE = 8  # deliveries under way at a time
PAUSE = 0.5  # seconds between two looks at an empty outbox

log = get_logger()


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one official, or one webhook to one system: then `email` is its name in the policy. `attempts` counts the present one, `tries` those since an operator last let it be
    tried anew; `created_at` is real time; `waiting` = how many alerts wait for review, where the mail is about that."""

    id: str
    alert: str
    kind: Kind
    channel: Channel
    email: str
    name: str
    attempts: int
    tries: int
    created_at: datetime
    waiting: int | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt. `code` = the server's reply code, when there was one; `permanent`: it refuses this for good;
    `gone`: and everything else for this target; `retry_after`: the wait that it asks for. `forbidden`: an address that is not called."""

    result: Literal["accepted", "refused", "timeout", "unreachable", "forbidden", "not-configured"]
    code: int | None = None
    permanent: bool = False
    gone: bool = False
    retry_after: timedelta | None = None


Way = Callable[[Delivery], Awaitable[Receipt]]
"""Makes and sends one delivery. Does not raise for what a server or a network does."""


class Mailer(Protocol):
    """Hands a mail to an SMTP server. Does not raise for what a server or a network does."""

    async def send(self, mail: EmailMessage) -> Receipt:
        """Returns once the server has answered to the whole mail, or when it is clear that it will not."""
        ...


def by_mail(mailer: Mailer, compose: Callable[[Delivery], EmailMessage]) -> Way:
    """Mails, made by `compose`."""
    return lambda delivery: mailer.send(compose(delivery))


class Outbox(Protocol):
    """The mails and webhooks to be sent. A leased mail is nobody else's until the lease runs out."""

    async def lease(self, most: int) -> Sequence[Delivery]:
        """At most `most` mails that are due, each with one attempt more."""
        ...

    async def note(self, delivery: Delivery, receipt: Receipt, then: Retry | GiveUp | None) -> None:
        """Records the attempt; `then` = what follows a failure."""
        ...


class Postman:
    """Sends what is due, each by the way of its channel. `jitter` draws from [0, 1)."""

    def __init__(
        self,
        outbox: Outbox,
        ways: Mapping[Channel, Way],
        clock: Clock,
        *,
        jitter: Callable[[], float],
        patience: Patience = Patience(),
    ) -> None:
        self._outbox = outbox
        self._ways = ways
        self._clock = clock
        self._jitter = jitter
        self._patience = patience
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Asks `run` to end after the mails in hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`. A database that is away is waited for."""
        backoff = Backoff(first=PAUSE)
        while not self._stopping.is_set():
            wait = PAUSE
            try:
                if await self.round():
                    wait = 0
                backoff.reset()
            except Exception as fault:
                if not passes_by_itself(fault):
                    raise
                log.warning("delivery-retried", fault=fault)
                wait = backoff.next()
            if wait:
                await self._pause(wait)

    async def round(self) -> int:
        """One lease of mails, sent side by side; how many there were."""
        leased = await self._outbox.lease(AT_ONCE)
        outcomes = await asyncio.gather(*(self._deliver(delivery) for delivery in leased), return_exceptions=True)
        for fault in outcomes:
            if isinstance(fault, BaseException):
                raise fault
        return len(leased)

    async def _deliver(self, delivery: Delivery) -> None:
        receipt = await self._attempt(delivery)
        now = self._clock.now()
        accepted = receipt.result == "accepted"
        then = None if accepted else self._after(delivery, receipt, now)
        await self._outbox.note(delivery, receipt, then)
        _count(delivery, receipt, then, now)
        if isinstance(then, GiveUp):
            log.error("delivery-failed", delivery=delivery.id, kind=delivery.kind, result=receipt.result)

    def _after(self, delivery: Delivery, receipt: Receipt, now: datetime) -> Retry | GiveUp:
        return after_failure(
            delivery.tries, self._patience, now, self._jitter(), permanent=receipt.permanent, asked=receipt.retry_after
        )

    async def _attempt(self, delivery: Delivery) -> Receipt:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                return await self._ways[delivery.channel](delivery)
        except TimeoutError:
            return Receipt(result="timeout")

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


def _count(delivery: Delivery, receipt: Receipt, then: Retry | GiveUp | None, now: datetime) -> None:
    """Webhooks apart: a system that was not told is less than a person who was not."""
    if delivery.channel == "webhook":
        metrics.WEBHOOK_ATTEMPTS.labels(delivery.kind, receipt.result).inc()
        return
    metrics.ATTEMPTS.labels(delivery.kind, receipt.result).inc()
    if then is None:
        metrics.TOLD.labels(delivery.kind).observe((now - delivery.created_at).total_seconds())
    elif isinstance(then, GiveUp):
        metrics.GIVEN_UP.labels(delivery.kind).inc()
