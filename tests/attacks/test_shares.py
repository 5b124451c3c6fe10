"""The halves of the key, further: blinding hides perfectly, other keys are noticed, a refresh makes a stolen half worthless."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_partner.compute import Untrue, blinded, finished
from vangnet_pseudonym import shares, split, voprf
from vangnet_pseudonym.scheme import V2

from tests.attacks import region
from tests.attacks.attackers import dictionary, input_of, with_parts
from tests.attacks.region import HALVES, NUMBERS, PINNED


@settings(max_examples=25, deadline=None)
@given(st.integers(1, voprf.ORDER - 1), st.integers(1, voprf.ORDER - 1), st.integers(1, voprf.ORDER - 1))
def test_for_any_two_inputs_there_are_blindings_that_give_the_same_point(h1: int, h2: int, r1: int) -> None:
    """The group has prime order: whatever the input, one blinding each gives the point that was seen."""
    first, second = (voprf.public_key(h.to_bytes(32, "little")) for h in (h1, h2))
    r2 = r1 * h1 * pow(h2, -1, voprf.ORDER) % voprf.ORDER
    assert voprf.multiply(r1.to_bytes(32, "little"), first) == voprf.multiply(r2.to_bytes(32, "little"), second)
    point = voprf.hash_to_group(input_of(str(h1)))
    assert voprf.add(voprf.multiply((voprf.ORDER - 1).to_bytes(32, "little"), point), point) == voprf.IDENTITY


def test_an_evaluator_that_uses_another_key_is_noticed_before_a_token_is_used() -> None:
    stranger = shares.split(1, "s1")
    request = blinded([input_of(NUMBERS[7])], V2.points)
    honest, other = region.answers(request.points), region.answers(request.points, stranger)
    lies = {
        "its own key for this partner": (other[0], honest[1]),
        "another key than it shows": (honest[0]._replace(points=other[0].points), honest[1]),
        "another key than it shows, with a proof": (other[0]._replace(public_key=honest[0].public_key), honest[1]),
        "one half twice": (honest[0], honest[0]),
        "one point of many": (honest[0]._replace(points=[other[0].points[0], *honest[0].points[1:]]), honest[1]),
        "points in another order": (honest[0]._replace(points=honest[0].points[::-1]), honest[1]),
    }
    for lie, (a, b) in lies.items():
        with pytest.raises(Untrue):
            finished(request, a, b, PINNED)
            pytest.fail(lie)
    marked = split.token(
        request.inputs[0], voprf.unblind(request.blindings[0], voprf.add(other[0].points[0], honest[1].points[0]))
    )
    assert marked != finished(request, honest[0], honest[1], PINNED)[0], "unnoticed it would mark this partner's people"


def test_a_refresh_changes_nothing_for_partners_and_old_and_new_halves_do_not_mix() -> None:
    delta = split.random_scalar()
    a, b = HALVES
    fresh = (shares.refresh(a, delta, "s2", subtract=False), shares.refresh(b, delta, "s2", subtract=True))
    texts = [input_of(number) for number in NUMBERS[:3]]
    before = region.evaluated(texts)
    assert region.evaluated(texts, fresh) == before and shares.pinned_key(*fresh) == PINNED
    for mixed in ((a, fresh[1]), (fresh[0], b)):
        with pytest.raises(Untrue, match="different refreshes"):
            region.evaluated(texts, mixed)
        lying = tuple(msgspec.structs.replace(half, share_id="s1") for half in mixed)
        with pytest.raises(Untrue, match="do not add up to the pinned key"):
            region.evaluated(texts, lying)

    unnoticed = region.evaluated(texts, lying, shares.pinned_key(*lying))
    assert not {*unnoticed} & {*before}, "half a refresh would give everybody other tokens"
    stolen = with_parts([a.private, fresh[1].private], [PINNED])
    assert dictionary(before[0], stolen) == [], "halves stolen before and after a refresh do not add up"
    assert dictionary(before[0], with_parts([fresh[0].private, fresh[1].private], [])) == [NUMBERS[0]]
