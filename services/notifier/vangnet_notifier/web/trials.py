"""What reviewers do in bulk: the balance of rules on trial, and the start list of a rule that came into force."""

from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from vangnet_contract.dutch import counted

from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import Decision
from vangnet_notifier.domain.trial import Trial
from vangnet_notifier.domain.words import DECLINE_REASONS, STATE_SLUG, State
from vangnet_notifier.inbox import Filter
from vangnet_notifier.web import views
from vangnet_notifier.web.decisions import read_decision
from vangnet_notifier.web.desk import WebDesk, municipality_name
from vangnet_notifier.web.forms import Invalid, Wrong
from vangnet_notifier.web.pages import MESSAGE, count, said_once, user_of
from vangnet_notifier.web.render import Pages
from vangnet_notifier.web.session import check_token

MOST = 100
"""Alerts of the start list on one page: more come when these are decided."""


def trials_router(desk: WebDesk, pages: Pages) -> APIRouter:
    """/proef and /startlijst, for reviewers."""
    router = APIRouter(include_in_schema=False)

    @router.get("/proef")
    async def trials(request: Request) -> Response:
        known, actor = desk.who(request)
        if not actor.reviewer:
            return pages.not_found()
        rows = [balance(trial, desk) for trial in await desk.inbox.trials(actor)]
        return pages.render("trials.html", user_of(known, actor), rows=rows)

    @router.get("/startlijst")
    async def start_list(request: Request) -> Response:
        known, actor = desk.who(request)
        if not actor.reviewer:
            return pages.not_found()
        wanted = Filter(states=(State.CANDIDATE,), start_list=True, size=MOST)
        listing = await desk.inbox.listing(wanted, actor)
        now = await desk.inbox.now()
        items = [(f"{alert.id}.{alert.version}", views.card(alert, desk, actor, now)) for alert in listing.alerts]
        return pages.render(
            "start_list.html",
            user_of(known, actor),
            items=items,
            total=listing.total,
            may_decide=actor.on_duty,
            reasons=DECLINE_REASONS,
            message=said_once(request),
        )

    @router.post("/startlijst")
    async def decide(request: Request) -> Response:
        known, actor = desk.who(request)
        form = await request.form()
        check_token(known, form.get("csrf"))
        done, chosen = 0, _commands(form)
        for alert_id, command in chosen:
            outcome = await desk.inbox.decide(alert_id, command, actor)
            count(command, outcome)
            done += isinstance(outcome, Alert)
        request.session[MESSAGE] = _told(done, len(chosen))
        return RedirectResponse("/startlijst", status_code=303)

    return router


def balance(trial: Trial, desk: WebDesk) -> dict[str, Any]:
    """A row of the page."""
    rule = next((rule for rule in desk.policy.rules if rule.id == trial.rule), None)
    low, high = trial.interval
    return {
        "rule": f"{trial.rule} {rule.name}" if rule else trial.rule,
        "municipality": municipality_name(trial.municipality),
        "href": f"/?status={STATE_SLUG[State.SHADOW]}&regel={trial.rule}&gemeente={trial.municipality or ''}",
        "alerts": trial.alerts,
        "answered": trial.answered,
        "helped": trial.helped,
        "known": trial.known,
        "useless": trial.useless,
        "interval": f"{round(100 * low)} tot {round(100 * high)} %" if trial.answered else "nog geen antwoord",
    }


def _commands(form: FormData) -> list[tuple[str, Decision]]:
    """Alert and decision for each that was ticked, or every problem. Raises Invalid."""
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    ticked = [str(value).rpartition(".") for value in form.getlist("attendering")][:MOST]
    if not ticked:
        raise Invalid([Wrong("attendering", "kies er ten minste een")])
    return [(alert_id, read_decision("beoordelingen", fields | {"versie": version})) for alert_id, _, version in ticked]


def _told(done: int, chosen: int) -> str:
    text = f"{counted(done, 'attendering', 'attenderingen')} beoordeeld."
    left = chosen - done
    return text + (f" {left} niet: die zijn intussen veranderd of mag u niet beoordelen." if left else "")
