"""An alert (attendering): what became of the signals of one rule about one person."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec
from vangnet_contract.messages import EventKey, Evidence, InCare, RuleState, Signal

from vangnet_notifier.domain.apart import Apart
from vangnet_notifier.domain.contact import Contact
from vangnet_notifier.domain.words import OPEN, State


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """What one signal says now. `ended_at` = since when nothing new came; `mode` = the rule's state in `lead`."""

    signal: str
    number: int
    crossed_at: datetime
    raised_at: datetime
    ended_at: datetime | None
    occurrences: int
    events: int
    lead: str | None
    in_care: InCare
    mode: RuleState
    policy_version: str
    evidence: tuple[Evidence, ...]

    @staticmethod
    def of(signal: Signal) -> "Episode":
        """The signal's present content."""
        return Episode(
            signal=signal.id,
            number=signal.episode,
            crossed_at=signal.crossed_at,
            raised_at=signal.raised_at,
            ended_at=signal.ended_at,
            occurrences=signal.occurrences,
            events=signal.events,
            lead=signal.lead,
            in_care=signal.in_care,
            mode=signal.mode,
            policy_version=signal.policy_version,
            evidence=tuple(signal.evidence),
        )


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: codes of vangnet_contract.outcomes. `novelty` None: closed before it was asked."""

    outcome: str
    novelty: Literal["ja", "nee"] | None
    intervention: str | None = None
    started_on: date | None = None


class Holder(msgspec.Struct, frozen=True):
    """The official who works on it."""

    user: str
    name: str


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One alert.

    `person` never leaves the service. `version` grows with every change: a decision names the version that its maker saw.
    `since` = when it came before the reviewer, or before the present owner (time of the stream). `owner` = the municipality
    that has it. `partition` = where its signals arrive. `choice` = why it was declined. `told_at` = when the reviewers heard of
    it; `escalated_at`, `chased_at` = when it was not reviewed, not acknowledged in time. `muted_until` only while muted.
    `reference` = the owner's own. `answer` = whether it would have helped, of one on trial. `due` = when a Tick must do something.
    `added_at` = when events were last added that nobody who decided has seen yet.
    `episodes` holds live signals only, oldest first: the content of a withdrawn one is gone.
    `apart` = the link decision about its events; `contacts` = the requests to partners. `awaits_second`: somebody asked what a second
    person must approve.
    `start_list`: the rule held already when it came into force here, and nothing has been added since.
    """

    id: str
    rule: str
    person: str
    severity: int
    partition: int
    state: State
    version: int
    raised_at: datetime
    since: datetime
    episodes: tuple[Episode, ...]
    owner: str | None = None
    choice: str | None = None
    escalated_at: datetime | None = None
    added_at: datetime | None = None
    successor: str | None = None
    start_list: bool = False
    told_at: datetime | None = None
    released_at: datetime | None = None
    acknowledged_at: datetime | None = None
    chased_at: datetime | None = None
    muted_until: datetime | None = None
    closed_at: datetime | None = None
    holder: Holder | None = None
    reference: str | None = None
    closing: Closing | None = None
    answer: str | None = None
    due: datetime | None = None
    apart: Apart | None = None
    contacts: tuple[Contact, ...] = ()
    awaits_second: bool = False

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    @property
    def second_needed(self) -> bool:
        """What `awaits_second` must be."""
        return bool(self.apart and self.apart.pending) or any(contact.pending for contact in self.contacts)

    def contact(self, request: str) -> Contact | None:
        """The request of that name."""
        return next((contact for contact in self.contacts if contact.id == request), None)

    @property
    def newest(self) -> Episode | None:
        """The episode that the alert is about now; None when everything was withdrawn."""
        return self.episodes[-1] if self.episodes else None

    @property
    def lead(self) -> str | None:
        """Municipality of the newest contributing event."""
        return self.newest.lead if self.newest else None

    @property
    def municipality(self) -> str | None:
        """Whose it is, or would be."""
        return self.owner or self.lead

    @property
    def crossing_received_at(self) -> datetime | None:
        """When the event came in that made the rule's condition true; for an absence rule, when it fell due."""
        first = self.episodes[0] if self.episodes else None
        if first is None:
            return None
        crossing = [item.received_at for item in first.evidence if item.occurred_at == first.crossed_at]
        return max(crossing, default=first.raised_at)

    @property
    def ended_at(self) -> datetime | None:
        """When its last episode ended; None while one goes on."""
        ends = [episode.ended_at for episode in self.episodes if episode.ended_at]
        return max(ends) if ends and len(ends) == len(self.episodes) else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every event it rests on, once, in order of time."""
        by_key = {item.event: item for episode in self.episodes for item in episode.evidence}
        return tuple(sorted(by_key.values(), key=lambda item: (item.occurred_at, item.event)))


def with_episode(episodes: Iterable[Episode], episode: Episode) -> tuple[Episode, ...]:
    """The episodes with this one added, or in place of what its signal said before."""
    others = [other for other in episodes if other.signal != episode.signal]
    return tuple(sorted([*others, episode], key=lambda e: (e.crossed_at, e.signal)))


def without_signal(episodes: Iterable[Episode], signal: str) -> tuple[Episode, ...]:
    """The episodes without those of this signal."""
    return tuple(episode for episode in episodes if episode.signal != signal)


class Difference(msgspec.Struct, frozen=True):
    """Events that came to an alert and that went (a corrected one does both)."""

    added: int = 0
    removed: int = 0


def difference(before: Alert | None, after: Alert) -> Difference:
    """What changed in the evidence."""
    old, new = _revisions(before), _revisions(after)
    return Difference(added=len(new - old), removed=len(old - new))


def _revisions(alert: Alert | None) -> set[tuple[EventKey, int]]:
    return {(item.event, item.revision) for item in alert.evidence} if alert else set()
