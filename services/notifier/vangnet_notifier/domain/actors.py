"""Who does something: an identified official, or the system."""

import msgspec

REVIEWER = "reviewer"
COORDINATOR = "coordinator"
ANALYST = "analyst"
OFFICER = "privacyofficer"
OPERATOR = "operator"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """An identified user. `municipalities` = those that he coordinates; `on_duty` by the policy's roster; `on_call` = the
    reviewer who is called when nobody else is there, and who may act for every municipality; `organisation` = the partner that he
    works for: its events are his own. `analyst`: figures; `officer`: the trail; `operator`: the works. None of these three sees
    an alert."""

    user: str
    name: str
    email: str = ""
    reviewer: bool = False
    on_duty: bool = False
    on_call: bool = False
    municipalities: frozenset[str] = frozenset()
    analyst: bool = False
    officer: bool = False
    operator: bool = False
    system: bool = False
    organisation: str | None = None

    def coordinates(self, municipality: str | None) -> bool:
        """Whether alerts of this municipality are his to act on."""
        return municipality is not None and municipality in self.municipalities

    def acts_for(self, municipality: str | None) -> bool:
        """Whether he may work on an alert of this municipality."""
        return self.on_call or self.coordinates(municipality)


SYSTEM = Actor(user="systeem", name="Vangnet", system=True)
