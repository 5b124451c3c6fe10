"""Every page and the JSON, as every role, in every state: nothing of an event that policy, partner or sensitivity withhold."""

import re
from datetime import date, timedelta
from typing import cast

import msgspec
import pytest
from vangnet_contract.dutch import SHORT_MONTHS, day
from vangnet_contract.happening_words import GROUP_TEXT
from vangnet_contract.messages import Evidence
from vangnet_contract.policy import Policy
from vangnet_contract.policy.release import LEVELS, Level, Release
from vangnet_contract.taxonomy import Group, event_types
from vangnet_notifier.domain.actors import SYSTEM, Actor
from vangnet_notifier.domain.alert import Alert, Closing, Episode, Holder
from vangnet_notifier.domain.apart import Said, approved, asked
from vangnet_notifier.domain.contact import Contact, Reply
from vangnet_notifier.domain.release import local_day
from vangnet_notifier.domain.trail import entry
from vangnet_notifier.domain.words import Action, State
from vangnet_notifier.inbox import Inbox, Listing, Seen
from vangnet_notifier.web import views
from vangnet_notifier.web.api import full
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.forms import read_filter
from vangnet_notifier.web.listing import around
from vangnet_notifier.web.render import Pages, User
from vangnet_runtime.clock import WallClock

from tests.unit.notifier.signals import ALMERE, OFF_DUTY, OFFICE, POLICY, REVIEWER, T0, alert, evidence, signal

ON_CALL = msgspec.structs.replace(REVIEWER, user="piket", on_call=True)
ACTORS = {"reviewer": REVIEWER, "off duty": OFF_DUTY, "on call": ON_CALL, "coordinator": ALMERE}
NARROW = Release(
    beoordelaar={"zorg": "aanwezigheid"}, coordinator={"zorg": "niets", "politie": "soort", "wonen": "aanwezigheid"}
)
POLICIES = {"open": Release(), "narrow": NARROW}
USER = User("Naam", "rol", "token")
LATER = T0 + timedelta(days=700)


def everything() -> tuple[Evidence, ...]:
    """One event of every personal type at every level that a partner may give, each on a day of its own, never the first."""
    made: list[Evidence] = []
    moment = T0
    for number, (kind, level) in enumerate((k, n) for k in PERSONAL for n in (None, *LEVELS)):
        moment += timedelta(days=2 if (moment + timedelta(days=1)).day == 1 else 1)
        made.append(evidence(number, event_type=kind.type, group=kind.group, release=level, at=moment))
    return tuple(made)


PERSONAL = [kind for kind in event_types().values() if kind.group]
ALL = everything()


def desk(release: Release) -> WebDesk:
    region = POLICY.region.model_copy(update={"release": release})
    policy: Policy = POLICY.model_copy(update={"region": region})
    return WebDesk(
        inbox=cast(Inbox, None),  # pages are made of what it gave
        policy_in_force=lambda: policy,
        clock=WallClock(),
        base_url="https://inbox.example",
        new_token=lambda: "t",
        pseudonym=lambda recipient, _person: f"{recipient}0123456789abcdef",
        name_event=OFFICE.name_event,
    )


def asked_about(number: int, item: Evidence) -> Contact:
    """A request about an event, answered."""
    said = Said("x", "Iemand", LATER)
    reply = Reply(event=item.event, revision=0, answer="geweigerd", ground="geheimhouding", at=LATER)
    return Contact(
        id=f"r{number}",
        partner=item.partner,
        event=item.event,
        purpose="contact-opnemen",
        ground="avg-6-1-e",
        urgent=False,
        asked=said,
        second=said,
        agreed=True,
        sent_at=LATER,
        answer_by=LATER,
        replies=(reply,),
    )


def subject(state: State) -> Alert:
    """With all that an alert can hold."""
    closing = Closing(outcome="zorg-gestart", novelty="ja", intervention="opname", started_on=LATER.date())
    episode = Episode.of(signal(items=ALL, at=LATER))
    return alert(
        state,
        episodes=(episode,),
        raised_at=LATER,
        reference="Z-2026/17",
        holder=Holder("x", "Iemand"),
        closing=closing,
        muted_until=LATER,
        contacts=tuple(asked_about(n, item) for n, item in enumerate(ALL[:40])),
        apart=approved(asked(7, ALL[::2], ALL[1::2], Said("x", "Iemand", LATER)), Said("y", "Ander", LATER)),
    )


def shown(made: Alert, release: Release, actor: Actor) -> str:
    """The page of the alert, the list with it, and its JSON."""
    place, pages = desk(release), Pages(POLICY.region)
    history = [entry(None, made, action, SYSTEM, LATER) for action in Action]
    seen = Seen(alert=made, history=history, successor=None)
    one = pages.render("alert.html", USER, message=None, banners=[], **views.page(seen, place, actor, LATER))
    listing = Listing(alerts=[made], total=1, counts={made.state: 1})
    values = around({}, read_filter({}, POLICY), listing, place, actor)
    cards = [views.card(made, place, actor, LATER)]
    many = pages.render("list.html", USER, cards=cards, banners=[], message=None, **values)
    return bytes(one.body).decode() + bytes(many.body).decode() + full(seen, place, actor).model_dump_json()


def width(item: Evidence, release: Release, actor: Actor) -> int:
    """By hand: how much of an event this reader may see, 0 to 3."""
    named: dict[Group, Level] = release.beoordelaar if actor.reviewer else release.coordinator
    most = named.get(item.group, "datum") if item.group else "datum"
    return min(LEVELS.index(most), LEVELS.index(item.release) if item.release else 3)


def dates(value: date) -> set[str]:
    return {day(value), f"{value.day} {SHORT_MONTHS[value.month - 1]}", value.isoformat()}


def dates_in(text: str) -> set[str]:
    """Everything that reads like a date, with its year and without."""
    found = set(re.findall(r"\b\d{4}-\d\d-\d\d\b", text))
    for number, month, year in re.findall(r"\b(\d{1,2}) ([a-z]{3,9})\b(?: (\d{4})\b)?", text):
        found |= {f"{number} {month}", f"{number} {month} {year}"}
    return found


@pytest.mark.parametrize("policy", list(POLICIES))
@pytest.mark.parametrize("who", list(ACTORS))
def test_no_page_shows_more_than_its_reader_may_see(who: str, policy: str) -> None:
    release, actor = POLICIES[policy], ACTORS[who]
    withheld_days = {d for item in ALL if width(item, release, actor) < 3 for d in dates(local_day(item.occurred_at))}
    dated = {local_day(item.occurred_at) for item in ALL if width(item, release, actor) == 3}
    groups = {item.group for item in ALL if width(item, release, actor) > 0}
    secret = {kind.name for kind in PERSONAL if kind.sensitivity in ("S3", "S4")}
    open_names = {event_types()[item.type].name for item in ALL if width(item, release, actor) >= 2} - secret
    names = {kind.name for kind in PERSONAL} - open_names
    assert withheld_days and names
    for state in State:
        text = shown(subject(state), release, actor)
        assert not dates_in(text) & withheld_days, state
        assert not [name for name in names if f">{name}<" in text or f'"{name}"' in text], state
        hidden_groups = {GROUP_TEXT[item.group] for item in ALL if item.group and item.group not in groups}
        cells = set(re.findall(r'<span class="dot g-[a-z]*"></span>([^<]*)<', text))
        assert not cells & hidden_groups, state
        for fact in ("p" * 32, "urn:nld:oin", "systeem:bvh", '"e1"', ">e1<"):
            assert fact not in text, (state, fact)
        assert ("Z-2026/17" in text) == (actor is ALMERE and made_public(state)), state
    assert policy == "narrow" or dated


def made_public(state: State) -> bool:
    """Whether it has an owner whose reference it is."""
    return subject(state).owner is not None


def test_ones_own_reports_are_shown_with_their_reference() -> None:
    own = msgspec.structs.replace(ALMERE, organisation="politie")
    text = shown(subject(State.RELEASED), NARROW, own)
    assert all(f'Uw melding</strong> <span class="ref">{item.event.id}<' in text for item in ALL)
    assert "Uw melding" not in shown(subject(State.RELEASED), NARROW, msgspec.structs.replace(own, organisation="ggz"))


def test_what_may_be_seen_is_seen() -> None:
    text = shown(subject(State.RELEASED), Release(), ALMERE)
    item = next(item for item in ALL if item.release is None and event_types()[item.type].sensitivity == "S2")
    assert day(local_day(item.occurred_at)) in dates_in(text) and event_types()[item.type].name in text
