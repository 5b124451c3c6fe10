"""What stands around the list: tabs, filters, pages."""

from typing import Any
from urllib.parse import urlencode

from vangnet_contract.dutch import counted, listed

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.words import STATE_SLUG, STATE_TEXT, State
from vangnet_notifier.inbox import Filter, Listing
from vangnet_notifier.web import forms
from vangnet_notifier.web.desk import WebDesk, municipality_name

REVIEWERS_ONLY = frozenset(STATE_SLUG[state] for state in (State.CANDIDATE, State.DECLINED, State.SHADOW))
LABELS = {STATE_SLUG[state]: STATE_TEXT[state] for state in State}


def around(query: dict[str, str], wanted: Filter, listing: Listing, desk: WebDesk, actor: Actor) -> dict[str, Any]:
    """Values of list.html beside the alerts themselves."""
    status = query.get("status") or "open"
    last = max(1, -(-listing.total // wanted.size))
    return {
        "chosen": {"status": status},
        "filtered": any(query.get(name) for name in ("regel", "gemeente", "ernst")),
        "summary": _summary(listing),
        "tabs": _tabs(status, listing, actor),
        "selects": _selects(query, desk),
        "pages": _pager(query, wanted.page, last) if last > 1 or wanted.page > 1 else None,
        "bulk": actor.reviewer,
        "elsewhere": [(href, label) for may, href, label in _elsewhere(actor) if may],
        "empty": "Er zijn geen attenderingen met deze status of deze filters.",
    }


def _elsewhere(actor: Actor) -> list[tuple[bool, str, str]]:
    """Pages for roles that see no alerts."""
    return [(actor.officer, "/logboek", "Logboek"), (actor.operator, "/beheer", "Beheer")]


def _summary(listing: Listing) -> str:
    waiting = listing.counts.get(State.CANDIDATE, 0)
    new = listing.counts.get(State.RELEASED, 0) + listing.counts.get(State.REOPENED, 0)
    parts = [counted(waiting, "attendering wacht", "attenderingen wachten") + " op beoordeling"] if waiting else []
    if new:
        parts.append(counted(new, "attendering wacht", "attenderingen wachten") + " op een coördinator")
    return f"{listed(parts)}." if parts else "Er wacht nu niets."


def _tabs(current: str, listing: Listing, actor: Actor) -> list[dict[str, object]]:
    return [_tab(slug, current, listing) for slug in forms.STATUSES if actor.reviewer or slug not in REVIEWERS_ONLY]


def _tab(slug: str, current: str, listing: Listing) -> dict[str, object]:
    return {
        "href": f"/?{urlencode({'status': slug})}",
        "label": LABELS.get(slug, slug).capitalize(),
        "number": sum(listing.counts.get(state, 0) for state in forms.STATUSES[slug]),
        "current": slug == current,
    }


def _selects(query: dict[str, str], desk: WebDesk) -> list[dict[str, object]]:
    rules = [rule for rule in desk.policy.rules if rule.about_persons]
    severities = dict.fromkeys(rule.severity for rule in rules)
    options: dict[tuple[str, str], list[tuple[str, str]]] = {
        ("ernst", "Ernst"): [(severity.replace(" ", "-"), severity) for severity in severities],
        ("regel", "Regel"): [(rule.id, f"{rule.id} {rule.name}") for rule in rules],
        ("gemeente", "Gemeente"): [(code, municipality_name(code)) for code in desk.policy.region.municipalities],
    }
    return [
        {
            "name": name,
            "label": label,
            "chosen": query.get(name, ""),
            "options": [{"value": value, "label": text} for value, text in choices],
        }
        for (name, label), choices in options.items()
    ]


def _pager(query: dict[str, str], number: int, last: int) -> dict[str, object]:
    def address(page: int) -> str:
        return f"/?{urlencode({**query, 'pagina': str(page)})}"

    return {
        "number": number,
        "total": last,
        "previous": address(min(number - 1, last)) if number > 1 else None,
        "next": address(number + 1) if number < last else None,
    }
