"""Tokens of identities seen before: in memory only, bounded; the least recently used go first."""

from collections import OrderedDict


class TokenCache:
    """(epoch, input) → token of 16 bytes."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._tokens: OrderedDict[tuple[int, bytes], bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tokens)

    def get(self, epoch: int, text: bytes) -> bytes | None:
        """The token of an input, when it is known."""
        token = self._tokens.get((epoch, text))
        if token is not None:
            self._tokens.move_to_end((epoch, text))
        return token

    def put(self, epoch: int, text: bytes, token: bytes) -> None:
        """Keeps a token; another goes when there are too many."""
        self._tokens[epoch, text] = token
        self._tokens.move_to_end((epoch, text))
        if len(self._tokens) > self._size:
            self._tokens.popitem(last=False)
