"""Evaluating points with one share, with one proof for all of them."""

from collections.abc import Callable, Sequence

from vangnet_pseudonym import keys, voprf
from vangnet_pseudonym.evaluation import EvaluationAnswer, EvaluationRequest
from vangnet_pseudonym.shares import Share


class Refused(ValueError):
    """A request that cannot be answered: `location` in the body and the rule."""

    def __init__(self, location: str, rule: str) -> None:
        super().__init__(f"{location} {rule}")
        self.location, self.rule = location, rule


def choose_share(shares: Sequence[Share], request: EvaluationRequest) -> Share:
    """The share that was asked for, else the newest of the epoch. Raises Refused."""
    of_epoch = [share for share in shares if share.epoch == request.epoch]
    if not of_epoch:
        raise Refused("epoch", "is not an epoch of this evaluator")
    wanted = [share for share in of_epoch if request.share_id in (None, share.share_id)]
    if not wanted:
        raise Refused("shareId", "is not a share of this evaluator")
    return wanted[-1]


def points_of(request: EvaluationRequest, most: int) -> list[bytes]:
    """The blinded points. Raises Refused."""
    if not 1 <= len(request.points) <= most:
        raise Refused("points", f"must be from 1 to {most} points")
    return [_point(number, text) for number, text in enumerate(request.points)]


def answer(name: str, share: Share, points: Sequence[bytes], random_scalar: Callable[[], bytes]) -> EvaluationAnswer:
    """k_j·B for each point, and the proof."""
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


def _point(number: int, text: str) -> bytes:
    try:
        point = keys.from_text(text)
    except ValueError:
        point = b""
    if not voprf.valid_element(point):
        raise Refused(f"points.{number}", "is not a ristretto255 element in base64url")
    return point
