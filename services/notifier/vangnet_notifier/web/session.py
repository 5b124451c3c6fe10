"""Who is logged in: kept in a signed cookie that only this service can make, for at most one working day."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from starlette.requests import Request
from vangnet_contract.policy import People

from vangnet_notifier.domain.actors import ANALYST, OFFICER, OPERATOR, Actor

KEY = "wie"
LASTS = timedelta(hours=10)
ON_CALL = "on-call"
REVIEWING = frozenset({"reviewer", ON_CALL})
COORDINATING = "coordinator"


class NotLoggedIn(Exception):
    """Nobody is logged in, or no longer."""


class Forged(Exception):
    """A form without the token of this session: not sent from one of our pages."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One login. `csrf` goes into every form; `since` = when it began (real time)."""

    user: str
    name: str
    email: str
    roles: tuple[str, ...]
    municipalities: tuple[str, ...]
    csrf: str
    since: datetime
    organisation: str | None = None

    def actor(self, people: People, now: datetime) -> Actor:
        """The user as the domain knows him. Whether he has duty is the roster's word, at this moment."""
        reviewing = bool(REVIEWING & set(self.roles))
        roster = {person.user for person in (*people.on_duty.reviewers_at(now), *people.on_duty.escalation)}
        return Actor(
            user=self.user,
            name=self.name,
            email=self.email,
            reviewer=reviewing,
            on_duty=reviewing and self.user in roster,
            on_call=ON_CALL in self.roles and self.user in {person.user for person in people.on_duty.escalation},
            municipalities=frozenset(self.municipalities) if COORDINATING in self.roles else frozenset(),
            organisation=self.organisation,
            analyst=ANALYST in self.roles,
            officer=OFFICER in self.roles,
            operator=OPERATOR in self.roles,
        )


def session_of(claims: Mapping[str, Any], csrf: str, now: datetime) -> Session | None:
    """The session that an ID token's claims give; None when they do not say who this is or where to reach him."""
    user, email = claims.get("sub"), claims.get("email")
    if not isinstance(user, str) or not isinstance(email, str) or "@" not in email:
        return None
    organisation = claims.get("vangnet_organisation")
    return Session(
        user=user,
        name=str(claims.get("name") or user),
        email=email,
        roles=_strings(claims.get("vangnet_roles")),
        municipalities=_strings(claims.get("vangnet_municipalities")),
        csrf=csrf,
        since=now,
        organisation=organisation if isinstance(organisation, str) else None,
    )


def begin(request: Request, session: Session) -> None:
    """Forgets whatever the cookie held, so that nobody can prepare a session for someone else."""
    request.session.clear()
    request.session[KEY] = msgspec.to_builtins(session)


def current(request: Request, now: datetime) -> Session:
    """Raises NotLoggedIn."""
    try:
        session = msgspec.convert(request.session[KEY], Session)
    except (KeyError, msgspec.ValidationError):
        raise NotLoggedIn from None
    if not timedelta(minutes=-5) <= now - session.since < LASTS:
        raise NotLoggedIn
    return session


def check_token(session: Session, token: object) -> None:
    """Raises Forged."""
    if not isinstance(token, str) or not hmac.compare_digest(token.encode(), session.csrf.encode()):
        raise Forged


def _strings(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()
