"""Division among foes: each goes where its widest path leads; a tie goes nowhere."""

from itertools import combinations, permutations

from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_linker.domain.linkage.division import Edge, divide

A, B, X, Y = range(4)
FOES = {A: frozenset({B}), B: frozenset({A})}


def parts(edges: list[Edge], foes: dict[int, frozenset[int]] = FOES, members: range = range(4)) -> set[frozenset[int]]:
    return {frozenset(part) for part in divide(members, edges, foes)}


def test_one_goes_where_the_strongest_weakest_edge_is() -> None:
    edges = [Edge(9, A, X), Edge(5, X, Y), Edge(6, Y, B)]
    assert parts(edges) == {frozenset({A, X}), frozenset({B, Y})}


def test_a_tie_joins_neither_side_now_or_by_a_weaker_path() -> None:
    edges = [Edge(5, A, X), Edge(5, X, B), Edge(4, X, Y), Edge(3, Y, A)]
    assert parts(edges) == {frozenset({A}), frozenset({B}), frozenset({X, Y})}


def test_without_foes_a_component_is_one() -> None:
    assert parts([Edge(1, A, X), Edge(1, X, B), Edge(1, B, Y)], {}) == {frozenset(range(4))}


edges = st.lists(
    st.builds(Edge, st.integers(1, 3), st.integers(0, 5), st.integers(0, 5)).filter(lambda e: e.a != e.b), max_size=9
)
foes = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1]), max_size=3)


@settings(max_examples=200, deadline=None)
@given(edges, foes, st.randoms(use_true_random=False))
def test_foes_are_never_together_and_order_does_not_matter(given_edges, pairs, random) -> None:
    apart = {n: frozenset({b for a, b in pairs if a == n} | {a for a, b in pairs if b == n}) for n in range(6)}
    found = parts(given_edges, apart, range(6))
    assert sorted(n for part in found for n in part) == list(range(6))
    assert not any(b in apart[a] for part in found for a, b in combinations(part, 2))
    turned = [Edge(e.weight, e.b, e.a) if random.random() < 0.5 else e for e in given_edges]
    random.shuffle(turned)
    assert parts(turned, apart, range(6)) == found


def test_every_order_of_members_gives_the_same() -> None:
    given_edges = [Edge(2, A, X), Edge(2, B, X), Edge(2, X, Y), Edge(1, Y, A)]
    found = {frozenset(frozenset(p) for p in divide(order, given_edges, FOES)) for order in permutations(range(4))}
    assert len(found) == 1
