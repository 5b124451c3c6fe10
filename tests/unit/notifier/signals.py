"""Signals, people and a policy for the tests."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from vangnet_contract.messages import Certainty, EventKey, Evidence, InCare, RuleState, Signal, SignalChange
from vangnet_contract.policy import Policy, load_policy
from vangnet_contract.taxonomy import Group
from vangnet_notifier.app import Desk, Office, take_in
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.lifecycle import opened
from vangnet_notifier.domain.words import State

DEMO = Path(__file__).parents[3] / "deploy" / "policy" / "demo"
POLICY: Policy = load_policy(DEMO)
T0 = datetime(2026, 1, 12, 1, 10, tzinfo=UTC)
SOURCE = "urn:nld:oin:00000001003214345000:systeem:bvh"
E33 = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
CRISIS = "nl.oggz-signalen.acute-zorg.crisisbeoordeling.v1"
MEASURE = "nl.oggz-signalen.verplichte-zorg.crisismaatregel.v1"
EVICTION = "nl.oggz-signalen.wonen.huisuitzetting.v1"

REVIEWER = Actor(user="beoordelaar", name="Bea Oordelaar", email="b@x.example", reviewer=True, on_duty=True)
OFF_DUTY = Actor(user="vrij", name="Vera Vrij", email="v@x.example", reviewer=True)
ALMERE = Actor(user="coordinator-almere", name="Co Almere", email="a@x.example", municipalities=frozenset({"GM0034"}))
URK = Actor(user="coordinator-urk", name="Co Urk", email="u@x.example", municipalities=frozenset({"GM0184"}))
NOBODY = Actor(user="niemand", name="Nie Mand", email="n@x.example")


def evidence(
    number: int,
    *,
    event_type: str = E33,
    group: Group | None = "politie",
    release: str | None = None,
    at: datetime | None = None,
    revision: int = 0,
    occurrence: int | None = None,
    certainty: Certainty = "sure",
) -> Evidence:
    moment = at or T0 + timedelta(days=number)
    return Evidence(
        event=EventKey(SOURCE, f"e{number}"),
        revision=revision,
        type=event_type,
        group=group,
        partner="politie",
        municipality="GM0034",
        occurred_at=moment,
        received_at=moment,
        occurrence=number if occurrence is None else occurrence,
        release=release,
        certainty=certainty,
    )


def signal(
    change: SignalChange = "raised",
    *,
    signal_id: str = "s1",
    person: str = "p" * 32,
    rule: str = "R1",
    mode: RuleState = "actief",
    lead: str | None = "GM0034",
    items: tuple[Evidence, ...] | None = None,
    at: datetime = T0 + timedelta(days=5),
    ended_at: datetime | None = None,
    episode: int = 1,
    in_care: InCare = "unknown",
    superseded_by: str | None = None,
    start_list: bool = False,
) -> Signal:
    items = tuple(evidence(n) for n in range(1, 5)) if items is None else items
    return Signal(
        id=signal_id,
        change=change,
        at=at,
        rule=rule,
        policy_version="demo-1",
        person=person,
        episode=episode,
        crossed_at=max((item.occurred_at for item in items), default=at),
        raised_at=at,
        ended_at=ended_at,
        occurrences=len({item.occurrence for item in items}),
        events=len(items),
        municipalities=["GM0034"],
        lead=lead,
        in_care=in_care,
        evidence=list(items),
        mode=mode,
        superseded_by=superseded_by,
        start_list=start_list,
    )


def alert(state: State = State.CANDIDATE, **changes: object) -> Alert:
    made = opened("a1", signal(mode="schaduw" if state is State.SHADOW else "actief"), 1, 0)
    owner = None if state in (State.SHADOW, State.CANDIDATE, State.DECLINED) else "GM0034"
    return msgspec.structs.replace(made, **{"state": state, "owner": owner, **changes})


OFFICE = Office(
    POLICY,
    lambda s: f"alert-{s.id}-{s.at.isoformat()}",
    lambda alert, event: hashlib.sha256(f"{alert}|{event.id}".encode()).hexdigest(),
)


def desk_after(*messages: Signal) -> Desk:
    desk = Desk()
    for message in messages:
        take_in(desk, OFFICE, message)
    return desk
