"""Who shares a token with whom: candidates without comparing everyone with everyone."""

from collections.abc import Iterable

from vangnet_linker.domain.linkage.pattern import Profile

MOST_SHARING = 500
"""A token that more profiles share than this finds no candidates: it says where they live or when they were born, not who they are."""


class TokenIndex:
    """Numbers of profiles by token."""

    def __init__(self, most_sharing: int = MOST_SHARING) -> None:
        self._most_sharing = most_sharing
        self._holders: dict[tuple[int, bytes], int | list[int]] = {}

    def add(self, number: int, profile: Profile) -> None:
        """Most tokens have one holder: that one needs no list."""
        for token in profile.tokens.items():
            holders = self._holders.setdefault(token, number)
            if isinstance(holders, list):
                holders.append(number)
            elif holders != number:
                self._holders[token] = [holders, number]

    def remove(self, number: int, profile: Profile) -> None:
        """The opposite of add."""
        for token in profile.tokens.items():
            holders = self._holders[token]
            if isinstance(holders, list):
                holders.remove(number)
            else:
                del self._holders[token]

    def candidates(self, profile: Profile) -> set[int]:
        """Whoever shares a token with it."""
        return {number for token in profile.tokens.items() for number in self._found(token)}

    def _found(self, token: tuple[int, bytes]) -> Iterable[int]:
        holders = self._holders.get(token, ())
        if isinstance(holders, int):
            return (holders,)
        return holders if len(holders) <= self._most_sharing else ()
