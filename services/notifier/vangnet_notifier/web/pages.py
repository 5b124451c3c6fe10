"""The pages: a list and an alert, readable without JavaScript."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from vangnet_contract.dutch import listed

from vangnet_notifier import metrics
from vangnet_notifier.domain.access import may_see
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import ACTIONS, Decision, Marked
from vangnet_notifier.domain.lifecycle import Refused
from vangnet_notifier.domain.words import REASON_TEXT, Action, Reason
from vangnet_notifier.inbox import Seen
from vangnet_notifier.web import forms, views
from vangnet_notifier.web.decisions import DOORS, MARKS, read_decision
from vangnet_notifier.web.desk import WebDesk, municipality_name
from vangnet_notifier.web.listing import around
from vangnet_notifier.web.render import Pages, User
from vangnet_notifier.web.session import Session, check_token

MESSAGE = "boodschap"
DONE = {
    Action.RELEASE: "Vrijgegeven. De coördinatoren krijgen een mail.",
    Action.DECLINE: "Afgewezen. Niemand anders krijgt bericht.",
    Action.ANSWER: "Uw antwoord is bewaard.",
    Action.ACKNOWLEDGE: "De ontvangst is bevestigd.",
    Action.BEGIN: "U heeft deze attendering in behandeling.",
    Action.ASSIGN: "Toegewezen. Uw collega krijgt een mail.",
    Action.HAND_OVER: "Overgedragen. De coördinatoren van die gemeente krijgen een mail.",
    Action.MUTE: "Uitgesteld. De attendering komt vanzelf terug.",
    Action.FILE: "Bewaard.",
    Action.CLOSE: "Gesloten.",
    Action.REOPEN: "Heropend.",
    Action.APPROVE_LINK: "Bevestigd. Vangnet voert het koppelbesluit nu uit.",
    Action.REFUSE_LINK: "Niet bevestigd. Er verandert niets.",
    Action.CONTACT: "Gevraagd. Een tweede persoon krijgt een mail.",
    Action.APPROVE_CONTACT: "Bevestigd. De ketenpartner ontvangt het verzoek.",
    Action.REFUSE_CONTACT: "Niet bevestigd. Het verzoek geldt niet (meer).",
    Action.REJOIN: "Gevraagd. Iemand anders moet dit bevestigen en krijgt een mail.",
}


def pages_router(desk: WebDesk, pages: Pages) -> APIRouter:
    """/ and /attenderingen/{id} with its decisions."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def show_list(request: Request) -> Response:
        known, actor = desk.who(request)
        wanted = forms.read_filter(request.query_params, desk.policy)
        listing = await desk.inbox.listing(wanted, actor)
        now = await desk.inbox.now()
        cards = [views.card(alert, desk, actor, now, listing.heads.get(alert.id, "")) for alert in listing.alerts]
        shown = around(dict(request.query_params), wanted, listing, desk, actor)
        shown |= {"cards": cards, "banners": await desk.banner(actor, now), "message": said_once(request)}
        return pages.render("list.html", user_of(known, actor), **shown)

    @router.get("/attenderingen/{alert_id}")
    async def show_alert(request: Request, alert_id: str) -> Response:
        _, actor = desk.who(request)
        seen = await desk.inbox.look(alert_id, actor)
        return await _page(pages, desk, request, seen) if seen else pages.not_found()

    @router.post("/attenderingen/{alert_id}/{sub}")
    async def decide(request: Request, alert_id: str, sub: str) -> Response:
        known, actor = desk.who(request)
        form = await request.form()
        check_token(known, form.get("csrf"))
        if sub not in DOORS:
            return pages.not_found()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        command = read_decision(sub, fields | {MARKS: form.getlist(MARKS)})
        outcome = await desk.inbox.decide(alert_id, command, actor)
        count(command, outcome)
        if isinstance(outcome, Refused):
            seen = await desk.inbox.look(alert_id, actor)
            return await _page(pages, desk, request, seen, outcome.reason) if seen else pages.not_found()
        if outcome is None:
            return pages.not_found()
        request.session[MESSAGE] = DONE[ACTIONS[type(command)]] + _asked(command)
        return RedirectResponse(
            f"/attenderingen/{quote(alert_id)}" if may_see(outcome, actor) else "/", status_code=303
        )

    return router


def _asked(command: Decision) -> str:
    marked = isinstance(command, Marked) and command.marked
    return " Iemand anders moet nog bevestigen dat de meldingen niet over één persoon gaan." if marked else ""


def count(command: Decision, outcome: Alert | Refused | None) -> None:
    """Counts a decision by what became of it."""
    result = "not-found" if outcome is None else outcome.reason if isinstance(outcome, Refused) else "done"
    metrics.DECISIONS.labels(ACTIONS[type(command)], result).inc()


async def _page(pages: Pages, desk: WebDesk, request: Request, seen: Seen, refusal: Reason | None = None) -> Response:
    known, actor = desk.who(request)
    now = await desk.inbox.now()
    shown = views.page(seen, desk, actor, now) | {"banners": await desk.banner(actor, now)}
    message = said_once(request)
    if refusal:
        message = {"kind": "refused", "text": REASON_TEXT[refusal]}
    return pages.render("alert.html", user_of(known, actor), 409 if refusal else 200, message=message, **shown)


def said_once(request: Request) -> dict[str, str] | None:
    """What the last decision of this session did; said once."""
    done = request.session.pop(MESSAGE, None)
    return {"kind": "done", "text": str(done)} if done else None


def user_of(known: Session, actor: Actor) -> User:
    roles = ["beoordelaar met dienst" if actor.on_duty else "beoordelaar"] if actor.reviewer else []
    if actor.municipalities:
        roles.append("coördinator " + listed([municipality_name(code) for code in sorted(actor.municipalities)]))
    roles += [
        text
        for has, text in (
            (actor.analyst, "analist"),
            (actor.officer, "privacyfunctionaris"),
            (actor.operator, "beheerder"),
        )
        if has
    ]
    return User(known.name, listed(roles) or "geen rol in Vangnet", known.csrf)
