"""How often a delivery is tried and what then. Times are real time: servers do not know the clock of the stream."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

Channel = Literal["mail", "webhook"]
MAIL: Channel = "mail"
WEBHOOK: Channel = "webhook"
SEND_TIMEOUT = 20.0  # seconds that one attempt may last
ASKED_FOR = timedelta(hours=1)  # the longest wait that a server may ask for
LEASE = timedelta(seconds=30)  # longer than that: who still holds it then has died


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """First wait, longest wait and how many tries. The default gives up after about three hours."""

    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=15)
    attempts: int = 20


class Retry(msgspec.Struct, frozen=True):
    """Try again at that moment."""

    at: datetime


class GiveUp(msgspec.Struct, frozen=True):
    """An operator must look."""


def after_failure(
    attempts: int,
    patience: Patience,
    now: datetime,
    jitter: float,
    *,
    permanent: bool = False,
    asked: timedelta | None = None,
) -> Retry | GiveUp:
    """What follows the `attempts`-th failed try. `jitter` in [0, 1) spreads the wait over half to one and a half.
    `permanent`: the same will be refused again, so an operator hears of it now and not in three hours. `asked`: the wait that the
    server asks for; never less than that, up to ASKED_FOR."""
    if permanent or attempts >= patience.attempts:
        return GiveUp()
    wait = min(patience.first * 2 ** min(attempts - 1, 30), patience.longest)
    return Retry(at=now + max(wait * (0.5 + jitter), min(asked or timedelta(), ASKED_FOR)))
