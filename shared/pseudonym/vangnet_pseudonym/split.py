"""One key in two hands: the partner asks both evaluators, checks both proofs and the pinned sum, and only then adds."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import rbcl

from vangnet_pseudonym import voprf

TOKEN_BYTES = 16


class SumMismatch(ValueError):
    """K₁ + K₂ is not the pinned K: an evaluator shows another key, or a refresh is seen half."""


class ShareMismatch(ValueError):
    """The evaluators answered with shares of different refreshes."""


class Answer(NamedTuple):
    """What one evaluator gives back: evaluated points in order, and one proof for all of them against its key."""

    share_id: str
    public_key: bytes
    points: Sequence[bytes]
    proof: bytes


class Request(NamedTuple):
    """Blinded points of some inputs; `blindings` stay with the partner. Padding points belong to no input."""

    inputs: tuple[bytes, ...]
    blindings: tuple[bytes, ...]
    points: tuple[bytes, ...]

    @staticmethod
    def blind(inputs: Sequence[bytes], pad_to: int, random_scalar: Callable[[], bytes]) -> "Request":
        """Blinds the inputs and pads them with random points up to `pad_to`. Raises ValueError when they are more: how many
        there are must not show."""
        if len(inputs) > pad_to:
            raise ValueError(f"{len(inputs)} inputs do not fit in {pad_to} points")
        blindings = tuple(random_scalar() for _ in inputs)
        points = [voprf.blind(text, r) for text, r in zip(inputs, blindings, strict=True)]
        padding = [voprf.public_key(random_scalar()) for _ in range(pad_to - len(inputs))]
        return Request(tuple(inputs), blindings, (*points, *padding))

    def finish(self, a: Answer, b: Answer, pinned: bytes) -> list[bytes]:
        """The tokens of the inputs, in order. Raises ProofFailed, SumMismatch, ShareMismatch, InvalidElement."""
        check(self.points, a, b, pinned)
        return [
            token(text, voprf.unblind(r, voprf.add(ea, eb)))
            for text, r, ea, eb in zip(self.inputs, self.blindings, a.points, b.points, strict=False)
        ]


def check(points: Sequence[bytes], a: Answer, b: Answer, pinned: bytes) -> None:
    """Both evaluators used the halves that add up to the pinned key. Raises ProofFailed, SumMismatch, ShareMismatch."""
    if a.share_id != b.share_id:
        raise ShareMismatch("the evaluators used shares of different refreshes")
    if voprf.add(a.public_key, b.public_key) != pinned:
        raise SumMismatch("the evaluators' keys do not add up to the pinned key")
    for answer in (a, b):
        voprf.verify(answer.public_key, points, answer.points, answer.proof)


def token(text: bytes, element: bytes) -> bytes:
    """The first 16 bytes of the RFC's output."""
    return voprf.finalize(text, element)[:TOKEN_BYTES]


def random_scalar() -> bytes:
    """A scalar from the system's generator."""
    return bytes(rbcl.crypto_core_ristretto255_scalar_random())
