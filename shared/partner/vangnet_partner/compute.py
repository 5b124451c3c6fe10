"""The costly part: blinding, checking proofs, sealing, signing. In this process, or spread over several.

Functions here get and give plain values, so that they can run anywhere; keys are loaded once for each process.
"""

import asyncio
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import NamedTuple, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from vangnet_contract.event import SealedIdentity
from vangnet_pseudonym import keys, sealing, signature, split, voprf

from vangnet_partner.doors.door import Outgoing
from vangnet_partner.drafting import DATA_TYPE, Draft, assembled, data_bytes

Tokens = dict[int, list[tuple[int, bytes]]]  # epoch → (kind, 16 bytes); empty = about nobody
T = TypeVar("T")
SMALL = 256  # fewer events or inputs than this are not worth another process


class SealingPlan(NamedTuple):
    """What every event of this partner is sealed and signed with. Public key: 32 bytes; private key: PEM."""

    region: str
    source: str
    scheme: str
    epoch: int
    seal_key_id: str
    seal_key: bytes
    signing_key_id: str
    signing_key: bytes


class Keys(NamedTuple):
    """The plan with its keys loaded."""

    plan: SealingPlan
    seal: X25519PublicKey
    signing: EllipticCurvePrivateKey


def load_keys(plan: SealingPlan) -> Keys:
    """Raises ValueError."""
    return Keys(plan, keys.load_seal_public_key(plan.seal_key), keys.load_signing_key(plan.signing_key))


def sealed_and_signed(loaded: Keys, items: Sequence[tuple[Draft, Tokens]]) -> list[Outgoing]:
    """The events, ready to be sent."""
    return [_event(loaded, draft, tokens) for draft, tokens in items]


def _event(loaded: Keys, draft: Draft, tokens: Tokens) -> Outgoing:
    plan = loaded.plan
    data = data_bytes(draft, _sealed(loaded, draft, tokens) if tokens else None)
    attributes = {
        "specversion": "1.0",
        "id": draft.id,
        "source": plan.source,
        "type": draft.type,
        "time": draft.time,
        "datacontenttype": DATA_TYPE,
    }
    signed = signature.sign_event(attributes, data, loaded.signing, plan.signing_key_id)
    return Outgoing(draft.id, assembled(draft, plan.source, data, signed))


def _sealed(loaded: Keys, draft: Draft, tokens: Tokens) -> SealedIdentity:
    plan = loaded.plan
    binding = sealing.Binding(
        region=plan.region,
        key_id=plan.seal_key_id,
        scheme=plan.scheme,
        epoch=plan.epoch,
        source=plan.source,
        id=draft.id,
        type=draft.type,
        occurred_at=draft.occurred_at,
    )
    details = msgspec.json.encode(draft.sealed_details) if draft.sealed_details is not None else None
    blob = sealing.seal(loaded.seal, binding, sealing.Contents(tokens, details))
    return SealedIdentity(key_id=plan.seal_key_id, scheme=plan.scheme, epoch=plan.epoch, sealed=keys.to_text(blob))


class Untrue(Exception):
    """The evaluators' answers do not hold; `which` (0, 1) where that can be told."""

    def __init__(self, why: str, which: tuple[int, ...] = ()) -> None:
        super().__init__(why, which)
        self.why = why
        self.which = which


def finished(request: split.Request, a: split.Answer, b: split.Answer, pinned: bytes) -> list[bytes]:
    """The tokens of the inputs, once both proofs and the sum hold. Raises Untrue."""
    try:
        return request.finish(a, b, pinned)
    except (voprf.ProofFailed, voprf.InvalidElement):
        which = tuple(number for number, answer in enumerate((a, b)) if not _holds(request.points, answer))
        raise Untrue("the proof does not hold: it was evaluated with another key than is shown", which) from None
    except ValueError as error:
        raise Untrue(str(error)) from None


def _holds(points: Sequence[bytes], answer: split.Answer) -> bool:
    try:
        voprf.verify(answer.public_key, points, answer.points, answer.proof)
    except ValueError:
        return False
    return True


def blinded(inputs: Sequence[bytes], pad_to: int) -> split.Request:
    """Blinded, and padded with points that belong to no input."""
    return split.Request.blind(inputs, pad_to, split.random_scalar)


_there: list[Keys] = []  # of a process of the pool


def _begin(plan: SealingPlan) -> None:
    _there.append(load_keys(plan))


def _compose_there(items: Sequence[tuple[Draft, Tokens]]) -> list[Outgoing]:
    return sealed_and_signed(_there[0], items)


class Compute:
    """Runs the functions above. `processes` = 1: in a thread of this process, so that connections stay served."""

    def __init__(self, plan: SealingPlan, processes: int = 1) -> None:
        self._plan = plan
        self._keys = load_keys(plan)
        self._processes = processes
        self._pool: Executor | None = None

    async def compose(self, items: Sequence[tuple[Draft, Tokens]]) -> list[Outgoing]:
        """Sealed and signed, in order."""
        if self._processes == 1 or len(items) < SMALL:
            return await asyncio.to_thread(sealed_and_signed, self._keys, items)
        size = -(-len(items) // self._processes)
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        done = await asyncio.gather(*(self._elsewhere(_compose_there, part) for part in parts))
        return [event for part in done for event in part]

    async def blind(self, inputs: Sequence[bytes], pad_to: int) -> split.Request:
        """Blinded and padded."""
        return await self._run(len(inputs), blinded, inputs, pad_to)

    async def finish(self, request: split.Request, a: split.Answer, b: split.Answer, pinned: bytes) -> list[bytes]:
        """The tokens. Raises Untrue."""
        return await self._run(len(request.inputs), finished, request, a, b, pinned)

    async def close(self) -> None:
        """Ends the processes."""
        if self._pool is not None:
            await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    async def _run(self, size: int, function: Callable[..., T], *arguments: object) -> T:
        run = asyncio.to_thread if self._processes == 1 or size < SMALL else self._elsewhere
        return await run(function, *arguments)

    async def _elsewhere(self, function: Callable[..., T], *arguments: object) -> T:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, spawn, initializer=_begin, initargs=(self._plan,))
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)
