"""How long to wait before the next try: longer each time, bounded, with jitter so that replicas do not come together."""

import random
from collections.abc import Callable


class Backoff:
    """Seconds to wait: doubles from `first` to at most `most`; each is drawn from the upper half of its interval."""

    def __init__(
        self, first: float = 0.1, most: float = 5.0, draw: Callable[[float, float], float] = random.uniform
    ) -> None:
        self._first = first
        self._most = most
        self._draw = draw
        self._next = first

    def next(self) -> float:
        """The wait after one more failure."""
        wait, self._next = self._next, min(self._next * 2, self._most)
        return self._draw(wait / 2, wait)

    def reset(self) -> None:
        """After a success."""
        self._next = self._first
