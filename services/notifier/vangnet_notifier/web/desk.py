"""What every page and JSON route needs."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from starlette.requests import Request
from vangnet_contract.messages import EventKey
from vangnet_contract.municipalities import municipalities
from vangnet_contract.policy import Policy, Rule
from vangnet_runtime.clock import Clock

from vangnet_notifier.domain.access import reader
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.banner import banner
from vangnet_notifier.domain.release import View, view_of
from vangnet_notifier.inbox import Inbox
from vangnet_notifier.web import session


class WebDesk(msgspec.Struct, frozen=True, kw_only=True):
    """The alerts, the policy, the wall clock (sessions), tokens, how a person is named to a recipient and an event on
    the page of an alert."""

    inbox: Inbox
    policy_in_force: Callable[[], Policy]
    clock: Clock
    base_url: str
    new_token: Callable[[], str]
    pseudonym: Callable[[str, str], str]
    name_event: Callable[[str, EventKey], str]

    @property
    def policy(self) -> Policy:
        """As it is now."""
        return self.policy_in_force()

    def who(self, request: Request) -> tuple[session.Session, Actor]:
        """Raises NotLoggedIn."""
        now = self.clock.now()
        known = session.current(request, now)
        return known, known.actor(self.policy.people, now)

    async def banner(self, actor: Actor, now: datetime) -> list[str]:
        """What holds now for partners and places, in sentences."""
        return banner(await self.inbox.regional(), self.policy, actor, now)

    def view(self, actor: Actor) -> View:
        """What this user may see of events."""
        return view_of(actor, self.policy.region.release)

    def rule(self, alert: Alert) -> Rule | None:
        """The alert's rule; None when policy no longer has it."""
        return next((rule for rule in self.policy.rules if rule.id == alert.rule), None)

    def reference(self, alert: Alert, actor: Actor) -> str:
        """How this reader's organisation knows the person: stable for it, different for every other."""
        return self.pseudonym(reader(alert, actor), alert.person)


def municipality_name(code: str | None) -> str:
    """Its name; a code that does not exist is no name."""
    return municipalities().get(code or "", "gemeente onbekend")
