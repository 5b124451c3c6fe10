"""What people ask and decide, read from an address, a form or JSON: a value, or every problem at once."""

from collections.abc import Mapping
from typing import Any

import msgspec
from vangnet_contract.policy import Policy

from vangnet_notifier.app import SEVERITIES
from vangnet_notifier.domain.commands import Acknowledge, Close, Decision, Decline, Release
from vangnet_notifier.domain.words import CLOSING_REASONS, DECLINE_REASONS, STATE_SLUG, State
from vangnet_notifier.inbox import Filter

TO_DO = (State.CANDIDATE, State.RELEASED, State.ACKNOWLEDGED)
STATUSES: dict[str, tuple[State, ...]] = {
    "open": TO_DO,
    **{STATE_SLUG[state]: (state,) for state in State if state is not State.SHADOW},
    STATE_SLUG[State.SHADOW]: (State.SHADOW,),
    "alles": tuple(State),
}
MOST = 100  # alerts on one page
LAST_PAGE = 10_000
RELEASE, DECLINE = "vrijgeven", "afwijzen"


class Wrong(msgspec.Struct, frozen=True):
    """One thing that is wrong with what was sent: the field and the rule, in Dutch."""

    veld: str
    regel: str


class Invalid(Exception):
    """What was sent cannot be used; `problems` says why, completely."""

    def __init__(self, problems: list[Wrong]) -> None:
        super().__init__("; ".join(f"{problem.veld}: {problem.regel}" for problem in problems))
        self.problems = problems


def severity_slug(severity: int) -> str:
    """As it stands in addresses: zeer-hoog."""
    return SEVERITIES[severity].replace(" ", "-") if severity < len(SEVERITIES) else "onbekend"


def read_filter(query: Mapping[str, str], policy: Policy) -> Filter:
    """The filter in an address; empty means not narrowed. Raises Invalid."""
    wanted = {name: value for name, value in query.items() if value}
    choices = {
        "status": list(STATUSES),
        "regel": [rule.id for rule in policy.rules],
        "gemeente": list(policy.region.municipalities),
        "ernst": [severity_slug(number) for number in range(len(SEVERITIES))],
    }
    known = [*choices, "pagina", "aantal"]
    problems = [Wrong(name, f"bestaat niet; kies uit {', '.join(known)}") for name in wanted if name not in known]
    problems += [
        Wrong(name, f"kies uit {', '.join(values)}")
        for name, values in choices.items()
        if wanted.get(name, values[0]) not in values
    ]
    page = _number(wanted.get("pagina", "1"), "pagina", LAST_PAGE, problems)
    size = _number(wanted.get("aantal", "50"), "aantal", MOST, problems)
    if problems:
        raise Invalid(problems)
    severity = choices["ernst"].index(wanted["ernst"]) if "ernst" in wanted else None
    return Filter(
        states=STATUSES[wanted.get("status", "open")],
        rule=wanted.get("regel"),
        municipality=wanted.get("gemeente"),
        severity=severity,
        page=page,
        size=size,
    )


def read_review(sent: Mapping[str, Any]) -> Decision:
    """`besluit` (vrijgeven or afwijzen), `versie`, and `reden` with afwijzen. Raises Invalid."""
    problems: list[Wrong] = []
    seen = _version(sent, problems)
    decision = sent.get("besluit")
    if decision not in (RELEASE, DECLINE):
        problems.append(Wrong("besluit", f"kies uit {RELEASE}, {DECLINE}"))
    choice = _choice(sent, DECLINE_REASONS, problems) if decision == DECLINE else ""
    if problems:
        raise Invalid(problems)
    return Decline(seen=seen, choice=choice) if decision == DECLINE else Release(seen=seen)


def read_receipt(sent: Mapping[str, Any]) -> Decision:
    """`versie`. Raises Invalid."""
    problems: list[Wrong] = []
    seen = _version(sent, problems)
    if problems:
        raise Invalid(problems)
    return Acknowledge(seen=seen)


def read_closing(sent: Mapping[str, Any]) -> Decision:
    """`versie` and `reden`. Raises Invalid."""
    problems: list[Wrong] = []
    seen = _version(sent, problems)
    choice = _choice(sent, CLOSING_REASONS, problems)
    if problems:
        raise Invalid(problems)
    return Close(seen=seen, choice=choice)


def _version(sent: Mapping[str, Any], problems: list[Wrong]) -> int:
    return _number(sent.get("versie"), "versie", 1_000_000_000, problems)


def _choice(sent: Mapping[str, Any], offered: Mapping[str, str], problems: list[Wrong]) -> str:
    choice = sent.get("reden")
    if not isinstance(choice, str) or choice not in offered:
        problems.append(Wrong("reden", f"kies uit {', '.join(offered)}"))
        return ""
    return choice


def _number(value: object, name: str, most: int, problems: list[Wrong]) -> int:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    if not 1 <= number <= most:
        problems.append(Wrong(name, f"geef een getal van 1 tot en met {most}"))
    return number
