"""What people ask, read from an address: a value, or every problem at once."""

from collections.abc import Mapping

import msgspec
from vangnet_contract.policy import Policy

from vangnet_notifier.app import SEVERITIES
from vangnet_notifier.domain.words import STATE_SLUG, TO_DO, State
from vangnet_notifier.inbox import Filter

STATUSES: dict[str, tuple[State, ...]] = {
    "open": TO_DO,
    **{STATE_SLUG[state]: (state,) for state in State if state is not State.SHADOW},
    STATE_SLUG[State.SHADOW]: (State.SHADOW,),
    "alles": tuple(State),
}
MOST = 100  # alerts on one page
LAST_PAGE = 10_000


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
    page = number_in(wanted.get("pagina", "1"), "pagina", LAST_PAGE, problems)
    size = number_in(wanted.get("aantal", "50"), "aantal", MOST, problems)
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


def number_in(value: object, name: str, most: int, problems: list[Wrong]) -> int:
    """A whole number from 1 to `most`; else 0 and a problem."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    if not 1 <= number <= most:
        problems.append(Wrong(name, f"geef een getal van 1 tot en met {most}"))
    return number
