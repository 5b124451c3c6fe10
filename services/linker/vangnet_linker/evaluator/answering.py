"""Evaluating points with one share, with one proof for all of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from vangnet_pseudonym import keys, voprf
from vangnet_pseudonym.evaluation import MAX_POINTS, EvaluationAnswer, EvaluationRequest
from vangnet_pseudonym.shares import Share


class Fault(NamedTuple):
    """Something wrong with a request: `location` in the body, and the rule."""

    location: str
    rule: str


class Question(NamedTuple):
    """A request that can be answered."""

    share: Share
    points: list[bytes]


class Unanswerable(NamedTuple):
    """A request that cannot, with everything that is wrong with it."""

    faults: list[Fault]


def understood(shares: Sequence[Share], request: EvaluationRequest) -> Question | Unanswerable:
    """The share that was asked for, else the newest of the epoch, and the blinded points."""
    share = _share(shares, request)
    points = [_point(text) for text in request.points[:MAX_POINTS]]
    faults = [*_wrong_share(share), *_wrong_number(len(request.points)), *_wrong_points(points)]
    if faults or isinstance(share, Fault):
        return Unanswerable(faults)
    return Question(share, [point for point in points if point is not None])


def answer(name: str, question: Question, random_scalar: Callable[[], bytes]) -> EvaluationAnswer:
    """k_j·B for each point, and the proof."""
    share, points = question
    private, public = share.private, share.public
    evaluated = [voprf.evaluate(private, point) for point in points]
    proof = voprf.prove(private, public, points, evaluated, random_scalar())
    return EvaluationAnswer(
        evaluator=name,
        epoch=share.epoch,
        share_id=share.share_id,
        public_key=keys.to_text(public),
        points=[keys.to_text(point) for point in evaluated],
        proof=keys.to_text(proof),
    )


def _share(shares: Sequence[Share], request: EvaluationRequest) -> Share | Fault:
    of_epoch = [share for share in shares if share.epoch == request.epoch]
    if not of_epoch:
        return Fault("epoch", "is not an epoch of this evaluator")
    wanted = [share for share in of_epoch if request.share_id in (None, share.share_id)]
    return wanted[-1] if wanted else Fault("shareId", "is not a share of this evaluator")


def _wrong_share(share: Share | Fault) -> Iterator[Fault]:
    if isinstance(share, Fault):
        yield share


def _wrong_number(count: int) -> Iterator[Fault]:
    if not 1 <= count <= MAX_POINTS:
        yield Fault("points", f"must be from 1 to {MAX_POINTS} points")


def _wrong_points(points: Sequence[bytes | None]) -> Iterator[Fault]:
    for number, point in enumerate(points):
        if point is None:
            yield Fault(f"points.{number}", "is not a ristretto255 element in base64url")


def _point(text: str) -> bytes | None:
    try:
        point = keys.from_text(text)
    except ValueError:
        return None
    return point if voprf.valid_element(point) else None
