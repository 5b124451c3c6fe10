"""What the service does with each message and each decision: load, ask the domain, note what changed."""

from collections.abc import Callable
from datetime import datetime
from typing import get_args

import msgspec
from vangnet_contract.contact import RELEASE_OBJECTION
from vangnet_contract.messages import (
    AccessAsked,
    AlertChanged,
    ContactRequest,
    EventKey,
    HeldAlert,
    LinkDecision,
    PartnerReply,
    PolicyActivated,
    RegionalSignal,
    ReportDoubted,
    Signal,
    Tick,
)
from vangnet_contract.policy import Policy
from vangnet_contract.policy.rules import Severity

from vangnet_notifier.domain.access_request import NOBODY, Passed, about, exported, held
from vangnet_notifier.domain.actors import SYSTEM, Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.apart import INCORRECT, decisions
from vangnet_notifier.domain.commands import Command, Decline, TakeIn, TakeReply
from vangnet_notifier.domain.completion import Around, completed
from vangnet_notifier.domain.contact import to_partners
from vangnet_notifier.domain.doubt import of_persons, of_reports
from vangnet_notifier.domain.lifecycle import Refused, action_of, opened, step
from vangnet_notifier.domain.notices import Notice, digest, notices
from vangnet_notifier.domain.publication import publication
from vangnet_notifier.domain.quota import Quota
from vangnet_notifier.domain.schedule import Pace, digest_due, due, due_command, told_at_once
from vangnet_notifier.domain.trail import Entry, entry, not_mailed
from vangnet_notifier.domain.words import Action, Kind, State

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Office(msgspec.Struct, frozen=True):
    """What decisions need beside the alerts: the policy, how an alert gets its name from its first signal and an event its name
    on the page of an alert, and whether time is played (event mode), where nobody waits for office hours."""

    policy: Policy
    name_alert: Callable[[Signal], str]
    name_event: Callable[[str, EventKey], str]
    played: bool = True

    @property
    def pace(self) -> Pace:
        """When whom must be told."""
        return Pace(self.policy.people, self.played)

    def severity(self, rule_id: str) -> int:
        """Place of the rule's severity, 0 = gravest; a rule that policy no longer has comes last."""
        rule = next((rule for rule in self.policy.rules if rule.id == rule_id), None)
        return SEVERITIES.index(rule.severity) if rule else len(SEVERITIES)


class Desk:
    """The alerts that one transaction works on, and what it changes: loaded, stepped, written, in that order.

    `policy`: the version that the partition goes by, None = the first; `activated`: how often it changed here. `regional`:
    what was said about places and partners. `waiting`: municipality → one of its alerts that waits for a coordinator, when a daily
    overview may be due. `quota`: of mails about new alerts; None = no bound (where time is played).
    `passed`: alert → whom it went to, of those that an access request may be about.
    """

    def __init__(self, partition: int = 0, tick: datetime | None = None, policy: str | None = None) -> None:
        self.partition = partition
        self.tick = tick
        self.policy = policy
        self.activated = 0
        self.regional: dict[str, RegionalSignal] = {}
        self.alerts: dict[str, Alert] = {}
        self.by_signal: dict[str, str] = {}
        self.changed: dict[str, Alert] = {}
        self.linked: dict[str, str] = {}
        self.trail: list[Entry] = []
        self.notices: list[Notice] = []
        self.published: list[AlertChanged] = []
        self.decided: list[LinkDecision] = []
        self.asked: list[tuple[str, ContactRequest | ReportDoubted]] = []
        self.objections: list[PartnerReply] = []
        self.by_request: dict[str, str] = {}
        self.quota: Quota | None = None
        self.waiting: dict[str, str] = {}
        self.passed: dict[str, Passed] = {}

    def put(self, alert: Alert, signals: tuple[str, ...] = ()) -> None:
        """A loaded alert, with signals that are known to be its own."""
        self.alerts[alert.id] = alert
        self.by_signal |= dict.fromkeys(signals, alert.id)

    def of_signal(self, signal: Signal) -> Alert | None:
        """The alert that this signal is about. One that was withdrawn as a whole is over; what is not there cannot end."""
        known = self.alerts.get(self.by_signal.get(signal.id, ""))
        if known and known.state is State.WITHDRAWN:
            known = None
        if signal.change in ("raised", "updated"):
            return known or self.open_for(signal.person, signal.rule)
        return known if known and any(episode.signal == signal.id for episode in known.episodes) else None

    def open_for(self, person: str, rule: str) -> Alert | None:
        """The one open alert of this person and rule."""
        return next((a for a in self.alerts.values() if a.open and (a.person, a.rule) == (person, rule)), None)

    def take_published(self) -> list[AlertChanged]:
        """What is to be published since the last time."""
        taken, self.published = self.published, []
        return taken

    def take_asked(self) -> list[tuple[str, ContactRequest | ReportDoubted]]:
        """What is to be said to partners since the last time."""
        taken, self.asked = self.asked, []
        return taken

    def link(self, signal: str, alert: str) -> None:
        """From now on this signal belongs to this alert."""
        if self.by_signal.get(signal) != alert:
            self.by_signal[signal] = self.linked[signal] = alert


def take_in(desk: Desk, office: Office, signal: Signal) -> None:
    """A signal makes an alert, or changes the one that it belongs to. The end of one that nobody knows means nothing."""
    alert = desk.of_signal(signal)
    if alert is not None:
        apply(desk, office, alert, TakeIn(signal=signal), by=SYSTEM, now=signal.at)
        desk.link(signal.id, alert.id)
    elif signal.change in ("raised", "updated"):
        _open(desk, office, signal)


def take_reply(desk: Desk, office: Office, reply: PartnerReply) -> None:
    """A partner answers a request, or objects to a release. What answers no request of ours means nothing."""
    if reply.type == RELEASE_OBJECTION:
        desk.objections.append(reply)
        return
    alert = desk.alerts.get(desk.by_request.get(reply.about, ""))
    if alert is not None:
        apply(desk, office, alert, TakeReply(reply=reply), by=SYSTEM, now=reply.at)


def give_access(desk: Desk, asked: AccessAsked) -> list[HeldAlert]:
    """What the desk holds about somebody; that it was told is in the trail of each alert."""
    alerts = about(asked.person, desk.alerts.values(), desk.by_signal)
    desk.trail += [exported(alert, asked) for alert in alerts]
    return [held(alert, desk.passed.get(alert.id, NOBODY)) for alert in alerts]


def let_time_pass(desk: Desk, office: Office, tick: Tick) -> None:
    """What nobody reviewed in time goes to the escalation contacts. An earlier Tick than one seen means nothing."""
    if desk.tick is not None and tick.at <= desk.tick:
        return
    if digest_due(desk.tick, tick.at, office.pace):
        desk.notices += digest(desk.waiting, office.policy.people, tick.at)
    desk.tick = tick.at
    for alert in list(desk.alerts.values()):
        if alert.partition == desk.partition:
            _catch_up(desk, office, alert, tick.at)


def follow_policy(desk: Desk, activated: PolicyActivated) -> None:
    """From here on the partition goes by this version; what was decided stays."""
    if activated.version != desk.policy:
        desk.policy, desk.activated = activated.version, desk.activated + 1


def put_up(desk: Desk, signal: RegionalSignal) -> None:
    """What is said about a place or a partner stands above the pages as long as it holds: nobody has to decide on it."""
    desk.regional[signal.id] = signal


def apply(desk: Desk, office: Office, alert: Alert, command: Command, *, by: Actor, now: datetime) -> Alert | Refused:
    """One step of one alert, noted on the desk when it goes through."""
    command = completed(command, _around(desk, office, alert, by, now))
    after = step(alert, command, by, now)
    if isinstance(after, Refused):
        return after
    if isinstance(command, Decline) and command.choice == INCORRECT:
        desk.asked += of_reports((command.offered[handle] for handle in command.marked), now)
    return _note(desk, office, alert, after, entry(alert, after, action_of(alert, command), by, now))


def _around(desk: Desk, office: Office, alert: Alert, by: Actor, now: datetime) -> Around:
    return Around(
        policy=office.policy,
        pace=office.pace,
        name_event=office.name_event,
        alert=alert,
        rival=desk.open_for(alert.person, alert.rule),
        by=by,
        now=now,
    )


def _open(desk: Desk, office: Office, signal: Signal) -> None:
    alert = opened(office.name_alert(signal), signal, office.severity(signal.rule), desk.partition)
    _note(desk, office, None, alert, entry(None, alert, Action.RAISE, SYSTEM, signal.at))
    desk.link(signal.id, alert.id)


def _catch_up(desk: Desk, office: Office, alert: Alert, tick: datetime) -> None:
    """Everything that fell due, one after the other."""
    after: Alert | Refused = alert
    while isinstance(after, Alert) and (command := due_command(after, office.pace, tick)):
        after = apply(desk, office, after, command, by=SYSTEM, now=tick)


def _note(desk: Desk, office: Office, before: Alert | None, after: Alert, line: Entry) -> Alert:
    """The alert as it is now, with its line in the trail, its mails and what is published of it."""
    if told_at_once(after, office.pace, line.at):
        after = msgspec.structs.replace(after, told_at=line.at)
    after = msgspec.structs.replace(after, due=due(after, office.pace), awaits_second=after.second_needed)
    desk.alerts[after.id] = desk.changed[after.id] = after
    desk.trail.append(line)
    told = notices(before, after, line, office.policy.people, desk.quota)
    desk.notices += told
    desk.trail += [not_mailed(line) for notice in told if notice.kind is Kind.MANY]
    said = publication(before, after, line.at)
    desk.published += [said] if said else []
    desk.asked += to_partners(before.contacts if before else (), after.contacts, after.owner)
    desk.asked += of_persons(before.apart if before else None, after.apart)
    desk.decided += decisions(after.id, before.apart if before else None, after.apart)
    return after
