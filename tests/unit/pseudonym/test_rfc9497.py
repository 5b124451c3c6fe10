"""RFC 9497 appendix A.1: the published vectors hold, and a split key gives the same outputs."""

import json
from pathlib import Path

import pytest
import rbcl
from vangnet_pseudonym import split, voprf

VECTORS = json.loads((Path(__file__).parent / "rfc9497_vectors.json").read_text())


def b(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize(("suite", "mode"), [("oprf", voprf.OPRF), ("voprf", voprf.VOPRF)])
def test_published_vectors(suite: str, mode: int) -> None:
    vectors = VECTORS[suite]
    key = voprf.derive_key(b(vectors["Seed"]), b(vectors["KeyInfo"]), mode)
    assert key.hex() == vectors["skSm"]
    for vector in vectors["vectors"]:
        inputs, blinds = vector["Input"].split(","), vector["Blind"].split(",")
        blinded = [voprf.blind(b(x), b(r), mode) for x, r in zip(inputs, blinds, strict=True)]
        assert [p.hex() for p in blinded] == vector["BlindedElement"].split(",")
        evaluated = [voprf.evaluate(key, p) for p in blinded]
        assert [p.hex() for p in evaluated] == vector["EvaluationElement"].split(",")
        outputs = [
            voprf.finalize(b(x), voprf.unblind(b(r), e)).hex()
            for x, r, e in zip(inputs, blinds, evaluated, strict=True)
        ]
        assert outputs == vector["Output"].split(",")
        if suite == "voprf":
            public = voprf.public_key(key)
            assert public.hex() == vectors["pkSm"]
            proof = voprf.prove(key, public, blinded, evaluated, b(vector["ProofRandomScalar"]))
            assert proof.hex() == vector["Proof"]
            voprf.verify(public, blinded, evaluated, proof)


def test_a_key_split_at_random_gives_the_same_outputs() -> None:
    vectors = VECTORS["voprf"]
    whole = b(vectors["skSm"])
    for vector in vectors["vectors"]:
        first = split.random_scalar()
        second = bytes(rbcl.crypto_core_ristretto255_scalar_sub(whole, first))
        inputs = [b(x) for x in vector["Input"].split(",")]
        request = split.Request.blind(inputs, 4, split.random_scalar)
        answers = [answer(key, request.points) for key in (first, second)]
        tokens = request.finish(*answers, pinned=b(vectors["pkSm"]))
        assert tokens == [b(output)[:16] for output in vector["Output"].split(",")]


def answer(key: bytes, points: tuple[bytes, ...], share_id: str = "1") -> split.Answer:
    public = voprf.public_key(key)
    evaluated = [voprf.evaluate(key, point) for point in points]
    return split.Answer(share_id, public, evaluated, voprf.prove(key, public, points, evaluated, split.random_scalar()))


def test_whatever_an_evaluator_does_wrong_stops_the_event() -> None:
    k1, k2, other = (split.random_scalar() for _ in range(3))
    pinned = voprf.add(voprf.public_key(k1), voprf.public_key(k2))
    request = split.Request.blind([b"x"], 4, split.random_scalar)
    good, also_good, wrong = (answer(key, request.points) for key in (k1, k2, other))
    with pytest.raises(split.SumMismatch):
        request.finish(good, wrong, pinned)
    with pytest.raises(split.ShareMismatch):
        request.finish(good, also_good._replace(share_id="2"), pinned)
    with pytest.raises(voprf.ProofFailed):
        request.finish(good, also_good._replace(points=wrong.points), pinned)
    with pytest.raises(voprf.ProofFailed):
        request.finish(good, also_good._replace(points=also_good.points[:-1]), pinned)
    with pytest.raises(voprf.ProofFailed):
        request.finish(good, also_good._replace(proof=bytes(64)), pinned)
    with pytest.raises(voprf.InvalidElement):
        request.finish(good, also_good._replace(public_key=b"\xff" * 32), pinned)
    with pytest.raises(voprf.InvalidElement):
        request.finish(good, also_good._replace(points=[b"\xff" * 32, *also_good.points[1:]]), pinned)


@pytest.mark.parametrize("element", [bytes(32), b"\xff" * 32, b"short"])
def test_what_is_no_group_element_is_refused(element: bytes) -> None:
    with pytest.raises(voprf.InvalidElement):
        voprf.evaluate(split.random_scalar(), element)
    assert not voprf.valid_element(element)
