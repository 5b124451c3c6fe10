"""Who does something: an identified official, or the system."""

import msgspec

REVIEWER = "reviewer"
COORDINATOR = "coordinator"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """An identified user. `municipalities` = those that he coordinates; `on_duty` by the policy's roster."""

    user: str
    name: str
    email: str = ""
    reviewer: bool = False
    on_duty: bool = False
    municipalities: frozenset[str] = frozenset()
    system: bool = False

    def coordinates(self, municipality: str | None) -> bool:
        """Whether alerts of this municipality are his to act on."""
        return municipality is not None and municipality in self.municipalities


SYSTEM = Actor(user="systeem", name="Vangnet", system=True)
