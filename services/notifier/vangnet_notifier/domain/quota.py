"""How many mails about new alerts of one municipality go out on one day: beyond it one mail says that many wait."""

from collections.abc import Mapping
from datetime import date, datetime

from vangnet_notifier.domain.release import local_day

Key = tuple[str, date]
"""Municipality ('' = none known) and local day."""


class Quota:
    """`used` = mails of each municipality and day so far; `changed` = what was added here."""

    def __init__(self, most: int, used: Mapping[Key, int]) -> None:
        self._most = most
        self._used = dict(used)
        self.changed: dict[Key, int] = {}

    def take(self, municipality: str | None, at: datetime) -> bool:
        """Whether one more mail may go; then it counts."""
        key = (municipality or "", local_day(at))
        number = self._used.get(key, 0)
        if number >= self._most:
            return False
        self._used[key] = self.changed[key] = number + 1
        return True
