"""However the key is split: one token for one input. Whatever an evaluator changes is seen."""

import pytest
import rbcl
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_pseudonym import split, voprf

scalars = st.integers(1, voprf.ORDER - 1).map(lambda number: number.to_bytes(32, "little"))
few = settings(max_examples=15, deadline=None)


def answer(key: bytes, points: tuple[bytes, ...], nonce: bytes, share_id: str = "1") -> split.Answer:
    public = voprf.public_key(key)
    evaluated = [voprf.evaluate(key, point) for point in points]
    return split.Answer(share_id, public, evaluated, voprf.prove(key, public, points, evaluated, nonce))


def whole(k1: bytes, k2: bytes) -> bytes:
    return bytes(rbcl.crypto_core_ristretto255_scalar_add(k1, k2))


@few
@given(k1=scalars, k2=scalars, r=scalars, text=st.binary(max_size=60))
def test_two_halves_give_the_output_of_the_whole_key(k1: bytes, k2: bytes, r: bytes, text: bytes) -> None:
    if not voprf.valid_scalar(whole(k1, k2)):
        return
    request = split.Request.blind([text], 3, lambda: r)
    pinned = voprf.public_key(whole(k1, k2))
    (token,) = request.finish(answer(k1, request.points, r), answer(k2, request.points, r), pinned)
    assert token == voprf.finalize(text, voprf.multiply(whole(k1, k2), voprf.hash_to_group(text)))[:16]


@few
@given(text=st.binary(max_size=20), r=scalars, other=scalars)
def test_a_blinded_point_depends_on_the_blinding_and_the_token_does_not(text: bytes, r: bytes, other: bytes) -> None:
    key = (7).to_bytes(32, "little")
    outputs = {voprf.unblind(blinding, voprf.evaluate(key, voprf.blind(text, blinding))) for blinding in (r, other)}
    assert len(outputs) == 1
    assert (voprf.blind(text, r) == voprf.blind(text, other)) == (r == other)


def made() -> tuple[split.Request, split.Answer, split.Answer, bytes]:
    k1, k2 = split.random_scalar(), split.random_scalar()
    request = split.Request.blind([b"a", b"b"], 4, split.random_scalar)
    good = [answer(key, request.points, split.random_scalar()) for key in (k1, k2)]
    return request, good[0], good[1], voprf.add(good[0].public_key, good[1].public_key)


@pytest.mark.parametrize("byte", [0, 17, 31, 32, 50, 63])
def test_a_proof_with_one_other_bit_fails(byte: int) -> None:
    request, a, b, pinned = made()
    proof = bytearray(a.proof)
    proof[byte] ^= 1
    with pytest.raises(voprf.ProofFailed):
        request.finish(a._replace(proof=bytes(proof)), b, pinned)


def test_a_proof_in_another_spelling_fails() -> None:
    request, a, b, pinned = made()
    s = int.from_bytes(a.proof[32:], "little") + voprf.ORDER
    with pytest.raises(voprf.ProofFailed, match="canonical"):
        request.finish(a._replace(proof=a.proof[:32] + s.to_bytes(32, "little")), b, pinned)


@pytest.mark.parametrize("place", range(4))
def test_one_other_point_fails_even_on_padding(place: int) -> None:
    request, a, b, pinned = made()
    points = [*a.points]
    points[place] = voprf.public_key(split.random_scalar())
    with pytest.raises(voprf.ProofFailed):
        request.finish(a._replace(points=points), b, pinned)


def test_two_points_changed_places_fail() -> None:
    request, a, b, pinned = made()
    points = [a.points[1], a.points[0], *a.points[2:]]
    with pytest.raises(voprf.ProofFailed):
        request.finish(a._replace(points=points), b, pinned)


def test_an_answer_to_other_points_fails() -> None:
    request, _, b, _ = made()
    _, other, _, _ = made()
    with pytest.raises(voprf.ProofFailed):
        request.finish(other, b, voprf.add(other.public_key, b.public_key))


@pytest.mark.parametrize("wrong", [bytes(32), b"\xff" * 32, b"", b"\1" * 33])
def test_an_answer_with_what_is_no_element_fails(wrong: bytes) -> None:
    request, a, b, pinned = made()
    for spoilt in (a._replace(public_key=wrong), a._replace(points=[wrong, *a.points[1:]])):
        with pytest.raises(voprf.InvalidElement):
            request.finish(spoilt, b, pinned)
    with pytest.raises(voprf.InvalidElement):
        voprf.verify(wrong, request.points, a.points, a.proof)


def test_an_evaluator_that_leaves_the_key_to_the_other_is_seen() -> None:
    """K₁ = 0 and K₂ = K would pass the sum."""
    request, a, b, _ = made()
    nothing = split.Answer("1", bytes(32), [bytes(32)] * 4, bytes(64))
    with pytest.raises(voprf.InvalidElement):
        request.finish(nothing, b, b.public_key)
    with pytest.raises(split.SumMismatch):
        request.finish(a, a, voprf.add(a.public_key, b.public_key))


def test_every_event_asks_the_same_number_of_points() -> None:
    for count in range(5):
        request = split.Request.blind([bytes([n]) for n in range(count)], 4, split.random_scalar)
        assert len(request.points) == 4 == len({*request.points})
        assert all(voprf.valid_element(point) for point in request.points)
    with pytest.raises(ValueError, match="5 inputs do not fit in 4 points"):
        split.Request.blind([bytes([n]) for n in range(5)], 4, split.random_scalar)


def test_no_points_have_no_proof() -> None:
    with pytest.raises(voprf.ProofFailed):
        voprf.verify(voprf.public_key((1).to_bytes(32, "little")), [], [], bytes(64))
