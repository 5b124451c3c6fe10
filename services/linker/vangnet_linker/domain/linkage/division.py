"""Dividing what hangs together among those who cannot be one person: the strongest edges first, a tie joins nobody."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

Foes = Mapping[int, frozenset[int]]  # profile → profiles that are known to be somebody else


class Edge(NamedTuple):
    """Two profiles that surely are one person. `weight` orders edges."""

    weight: int
    a: int
    b: int


class _Part:
    """Profiles that are together so far, and those who may not come to them."""

    def __init__(self, member: int, foes: frozenset[int]) -> None:
        self.members, self.foes = {member}, set(foes)


def divide(members: Iterable[int], edges: Iterable[Edge], foes: Foes) -> list[set[int]]:
    """The parts of a component: a profile goes where its strongest path leads whose weakest edge is strongest (the widest).

    Where paths to two sides are equally wide, those between join neither side, now or by a weaker path; they may join each
    other. The outcome depends on the edges and foes alone, not on the order in which they are given.
    """
    part_of = {member: _Part(member, foes.get(member, frozenset())) for member in members}
    if not any(part.foes for part in part_of.values()):
        return _connected(part_of, edges)
    for _, alike in groupby(sorted(edges, reverse=True), key=lambda edge: edge.weight):
        _join_alike(part_of, list(alike))
    return _distinct(part_of)


def _connected(part_of: dict[int, _Part], edges: Iterable[Edge]) -> list[set[int]]:
    for edge in edges:
        _merge(part_of, [part_of[edge.a], part_of[edge.b]])
    return _distinct(part_of)


def _join_alike(part_of: dict[int, _Part], edges: list[Edge]) -> None:
    """All edges of one weight at once: each group that they make is joined whole, or bars its sides from those between."""
    for group in _groups(part_of, edges):
        if _at_peace(group):
            _merge(part_of, group)
        else:
            _bar(part_of, group, edges)


def _bar(part_of: dict[int, _Part], group: list[_Part], edges: list[Edge]) -> None:
    sides = [part for part in group if _has_foe_in(part, group)]
    between = [part for part in group if not _has_foe_in(part, group)]
    for part in between:
        for side in sides:
            part.foes |= side.members
            side.foes |= part.members
    for side_or_between in (sides, between):
        inner = [edge for edge in edges if {part_of[edge.a], part_of[edge.b]} <= set(side_or_between)]
        for found in _groups(part_of, inner):
            if _at_peace(found):
                _merge(part_of, found)


def _groups(part_of: dict[int, _Part], edges: Iterable[Edge]) -> list[list[_Part]]:
    near: dict[_Part, list[_Part]] = {}
    for edge in edges:
        a, b = part_of[edge.a], part_of[edge.b]
        if a is not b:
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    found, seen = [], set[_Part]()
    for start in near:
        if start not in seen:
            found.append(_reached(start, near, seen))
    return found


def _reached(start: _Part, near: Mapping[_Part, list[_Part]], seen: set[_Part]) -> list[_Part]:
    reached = [start]
    seen.add(start)
    for part in reached:
        fresh = [other for other in near[part] if other not in seen]
        seen.update(fresh)
        reached += dict.fromkeys(fresh)
    return reached


def _at_peace(group: list[_Part]) -> bool:
    return not any(_has_foe_in(part, group) for part in group)


def _has_foe_in(part: _Part, group: list[_Part]) -> bool:
    return any(not part.foes.isdisjoint(other.members) for other in group)


def _merge(part_of: dict[int, _Part], parts: list[_Part]) -> None:
    first = parts[0]
    for other in parts[1:]:
        if other is not first:
            first.members |= other.members
            first.foes |= other.foes
            part_of.update(dict.fromkeys(other.members, first))


def _distinct(part_of: dict[int, _Part]) -> list[set[int]]:
    return [part.members for part in {id(part): part for part in part_of.values()}.values()]
