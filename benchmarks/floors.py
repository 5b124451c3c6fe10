"""The ceilings: what the machine gives in this run for the part of the work that cannot be left out."""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import asyncpg
import msgspec
from vangnet_contract.event import EventData
from vangnet_contract.messages import PersonsMessage
from vangnet_pseudonym import keys, sealing, signature, split, voprf
from vangnet_pseudonym.shares import Share, pinned_key
from vangnet_pseudonym.shares import split as split_key

from benchmarks.figure import Ceiling
from benchmarks.log import consuming, read_all

BRIEF = 0.3
"""Seconds for one piece of work, done over and over."""


class Envelope(msgspec.Struct):
    """A CloudEvent, decoded without a single check."""

    id: str
    source: str
    type: str
    time: str
    data: EventData
    dssematerial: str


decode_event = msgspec.json.Decoder(Envelope).decode
decode_persons = msgspec.json.Decoder(PersonsMessage).decode


class Crypto(NamedTuple):
    """Seconds each takes once, on one core."""

    verify: float
    open: float
    sign: float
    seal: float


class Evaluation(NamedTuple):
    """Seconds for one input, on one core: for the partner (blind, verify both proofs, unblind) and for one evaluator."""

    partner: float
    evaluator: float


async def consume_and_decode(
    kafka: str, topic: str, count: int, decode: Callable[[bytes], object], partitions: int = 1
) -> Ceiling:
    """aiokafka and msgspec on the same topic, and nothing else."""
    async with consuming(kafka, topic, partitions) as consumer:
        await read_all(consumer, min(count, 500), decode)
        began = time.perf_counter()
        await read_all(consumer, count - min(count, 500), decode)
    return Ceiling("consume and decode only", (count - min(count, 500)) / (time.perf_counter() - began))


def crypto() -> Crypto:
    """An event's signature and seal."""
    signing, raw = keys.new_signing_key(), keys.new_seal_key()
    private, public = keys.load_seal_private_key(raw), keys.load_seal_public_key(keys.seal_public_key(raw))
    known, data = {"k": signing.public_key()}, secrets.token_bytes(1_600)
    attributes = dict.fromkeys(("id", "source", "specversion", "type", "datacontenttype"), "x") | {
        "time": "2026-01-01T00:00:00Z"
    }
    binding = sealing.Binding("r", "k", "v1", 1, "s", "i", "t", "2026-01-01T00:00:00Z")
    contents = sealing.Contents({1: [(kind, secrets.token_bytes(16)) for kind in range(1, 5)]})
    signed = signature.sign_event(attributes, data, signing, "k")
    sealed = sealing.seal(public, binding, contents)
    return Crypto(
        verify=_seconds(lambda: signature.verify_event(attributes, data, signed, known)),
        open=_seconds(lambda: sealing.unseal(private, binding, sealed)),
        sign=_seconds(lambda: signature.sign_event(attributes, data, signing, "k")),
        seal=_seconds(lambda: sealing.seal(public, binding, contents)),
    )


def evaluation(points: int = 200) -> Evaluation:
    """The mathematics of one request, without a network: the partner's, and one evaluator's."""
    shares = split_key(1, "1")
    pinned = pinned_key(*shares)
    inputs = [secrets.token_bytes(40) for _ in range(points)]
    blinded = split.Request.blind(inputs, points, split.random_scalar)
    a, b = (_answer(share, blinded.points) for share in shares)
    partner = _seconds(lambda: split.Request.blind(inputs, points, split.random_scalar))
    partner += _seconds(lambda: blinded.finish(a, b, pinned))
    return Evaluation(partner / points, _seconds(lambda: _answer(shares[0], blinded.points)) / points)


async def one_row_commits(dsn: str) -> float:
    """Seconds for a transaction of one row, durable, one after the other."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS public.floor (number bigint)")
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 2 * BRIEF:
            await connection.execute("INSERT INTO public.floor VALUES ($1)", count)
            count += 1
        spent = time.perf_counter() - began
        await connection.execute("DROP TABLE public.floor")
        return spent / count
    finally:
        await connection.close()


def _answer(share: Share, points: Sequence[bytes]) -> split.Answer:
    evaluated = [voprf.evaluate(share.private, point) for point in points]
    proof = voprf.prove(share.private, share.public, points, evaluated, split.random_scalar())
    return split.Answer(share.share_id, share.public, evaluated, proof)


def _seconds(work: Callable[[], object]) -> float:
    """Of processor time, once: what else the machine does shows less than on a clock."""
    began, until, count = time.process_time(), time.process_time() + BRIEF, 0
    while time.process_time() < until:
        work()
        count += 1
    return (time.process_time() - began) / count
