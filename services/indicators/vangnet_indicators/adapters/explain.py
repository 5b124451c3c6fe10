"""Finds a signal that stands, and explains it; for an export of a local platform."""

from vangnet_runtime.database import Connection
from vangnet_runtime.refusal import CannotStart

from vangnet_indicators.adapters.store import everyone
from vangnet_indicators.domain.episodes import Known
from vangnet_indicators.domain.explain import Basis, Explanation, explain
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.rulebook import Rulebook


class NoSuchSignal(CannotStart):
    """None that stands has this id."""


async def explain_signal(connection: Connection, signal_id: str, book: Rulebook) -> Explanation:
    """Inside a transaction: persons are looked through for it. Raises NoSuchSignal."""
    async for person, tick, delivered in everyone(connection):
        for standing in person.standing:
            if standing.signal.id == signal_id:
                known = Known(micros(tick) if tick else 0, delivered)
                return explain(standing.signal, Basis(person.history, known, book))
    raise NoSuchSignal("no signal with this id stands: it was withdrawn, or never raised here")
