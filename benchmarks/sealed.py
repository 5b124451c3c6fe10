"""Events as partners send them, sealed and signed, made before anything is measured. Tokens are random: nobody is in them."""

import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import NamedTuple

from vangnet_contract import topics
from vangnet_contract.stamp import Stamp
from vangnet_partner.compute import SealingPlan, Tokens, load_keys, sealed_and_signed
from vangnet_partner.config import load_config
from vangnet_partner.drafting import Draft
from vangnet_pseudonym import keys
from vangnet_pseudonym.scheme import V2
from vangnet_runtime.records import Outgoing

from benchmarks.ground import Ground

PARTNER = "politie"
TYPE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
PLACES = ("GM0034", "GM0995", "GM0171", "GM0303", "GM0184", "GM0050")
PROCESSES = 2


class Occasion(NamedTuple):
    """Person number so-and-so, so many days ago."""

    person: int
    days_ago: float


class Sealed(NamedTuple):
    """An event's id and its bytes."""

    id: str
    value: bytes


class Series(NamedTuple):
    """Events of one benchmark: ids begin with its name, persons are its own."""

    name: str
    occasions: Sequence[Occasion]


def make(ground: Ground, series: Series) -> list[Sealed]:
    """In order. The same series gives the same tokens, so a person is known again under the same number and name."""
    plan, now = _plan(ground), datetime.now(UTC).replace(microsecond=0)
    size = -(-len(series.occasions) // PROCESSES)
    starts = range(0, len(series.occasions), size)
    parts = [(plan, series.name, start, series.occasions[start : start + size], now) for start in starts]
    with ProcessPoolExecutor(PROCESSES, get_context("forkserver")) as pool:
        return [event for part in pool.map(_make_part, parts) for event in part]


def inbound(events: Sequence[Sealed]) -> list[Outgoing]:
    """For ingest: on the partner's topic."""
    return [Outgoing(topics.inbound(PARTNER), 0, event.id.encode(), event.value) for event in events]


def admitted(ground: Ground, events: Sequence[Sealed]) -> list[Outgoing]:
    """For the linker: on events.accepted, with ingest's stamp."""
    at = datetime.now(UTC)
    stamp = Stamp(partner=PARTNER, basis="wpg-meldpunt", policy_version=ground.policy.version, received_at=at)
    headers = stamp.headers()
    return [Outgoing(topics.EVENTS_ACCEPTED, 0, event.id.encode(), event.value, headers) for event in events]


def _plan(ground: Ground) -> SealingPlan:
    config = load_config(ground.layout.partner(PARTNER) / "partner.toml")
    return SealingPlan(
        region=config.region,
        source=config.source,
        scheme=V2.name,
        epoch=config.epochs[-1].epoch,
        seal_key_id=config.seal.key_id,
        seal_key=keys.from_text(config.seal.public_key),
        signing_key_id=config.signing.key_id,
        signing_key=config.signing.key_file.read_bytes(),
    )


def _make_part(part: tuple[SealingPlan, str, int, Sequence[Occasion], datetime]) -> list[Sealed]:
    plan, name, start, occasions, now = part
    drafts = [_draft(f"{name}-{start + number}", occasion, now) for number, occasion in enumerate(occasions)]
    tokens = [_tokens(name.partition("/")[0], occasion.person, plan.epoch) for occasion in occasions]
    events = sealed_and_signed(load_keys(plan), list(zip(drafts, tokens, strict=True)))
    return [Sealed(event.event_id, event.body) for event in events]


def _draft(event_id: str, occasion: Occasion, now: datetime) -> Draft:
    at = (now - timedelta(days=occasion.days_ago)).isoformat()
    place = PLACES[occasion.person % len(PLACES)]
    return Draft(id=event_id, type=TYPE, time=at, data={"occurredAt": at, "municipality": place, "details": {}})


def _tokens(people: str, person: int, epoch: int) -> Tokens:
    """As many as the scheme has."""
    chance = random.Random(f"{people}/{person}")
    return {epoch: [(kind.number, chance.randbytes(16)) for kind in V2.kinds]}
