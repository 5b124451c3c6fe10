"""The part of the register that one batch touches, and the one operation on it: change an event, see who moves.

A row's `shown` is what indicators have been told: (person, record). After every change each row that it can reach is
compared with what should be shown now; the differences are the `person-changed` messages. Correction, retraction,
expiry, erasure, merge and split are all that same comparison.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import Certainty, EventKey, EventRecord

from vangnet_linker.domain.incoming import Incoming
from vangnet_linker.domain.ledger import Version
from vangnet_linker.domain.linkage.neighbourhood import Linking, Neighbourhood, components
from vangnet_linker.domain.linkage.pattern import Profile as Identity
from vangnet_linker.domain.objection import restricts, suppresses
from vangnet_linker.domain.profile import Profile, Token, identity

Shown = tuple[bytes, EventRecord]
Rank = tuple[datetime, str]


class Row(msgspec.Struct, kw_only=True):
    """One event, by its root. `closed`: destroyed, only the ledger is left. `due`: the Tick at which something happens.

    `record` is of the winning version and `rank` = (time, id) of that one; `waiting` holds versions that came before
    their root; `profile` is None for an event without a person; `apart` holds the link decisions in force: the root of
    the event that is about somebody else, by decision. `restricted`: its person objects, and area counts were told so.
    """

    key: bytes
    versions: list[Version] = []
    event: EventKey | None = None
    record: EventRecord | None = None
    rank: Rank | None = None
    profile: int | None = None
    shown: Shown | None = None
    waiting: list[Incoming] = []
    closed: bool = False
    due: datetime | None = None
    apart: dict[str, bytes] = {}
    restricted: bool = False


class Moved(NamedTuple):
    """What indicators must be told of one person: records to forget and records to add."""

    person: bytes
    removed: list[EventRecord]
    added: list[EventRecord]


class Registry:
    """Rows and profiles of one batch. `complete` names the components whose rows are all here: only these may move.

    `elsewhere` maps the version key of a correction or retraction to its root. `stale`: profiles to be compared anew at the
    next Tick, because the policy's linkage is another. `touched` are the rows of the step under
    way; dirty, gone, born and named ones are those of the batch, to be written.
    """

    def __init__(
        self,
        linking: Linking,
        rows: Iterable[Row] = (),
        profiles: Sequence[Profile] = (),
        complete: Iterable[int] = (),
    ) -> None:
        self._linking = linking
        self.rows: dict[bytes, Row] = {row.key: row for row in rows}
        self.elsewhere: dict[bytes, bytes] = {}
        self.stale: list[int] = []
        self.profiles: dict[int, Profile] = {}
        self.complete = set(complete)
        self.touched: set[bytes] = set()
        self.dirty_rows: set[bytes] = set()
        self.dirty_profiles: set[int] = set()
        self.gone_rows: set[bytes] = set()
        self.gone_profiles: dict[int, frozenset[Token]] = {}
        self._by_digest: dict[bytes, int] = {}
        self._by_token: dict[Token, set[int]] = defaultdict(set)
        self._by_component: dict[int, set[int]] = defaultdict(set)
        self._rows_of: dict[int, set[bytes]] = defaultdict(set)
        self._identities: dict[int, Identity] = {}
        self._near: dict[int, dict[int, int]] = {}  # of those that had to be looked at: edges that are not faint
        self._about = Neighbourhood(linking, self._identities, self._near)
        self.born: set[int] = set()
        self.named: set[bytes] = set()
        self._grouped = {profile.birth for profile in profiles}
        for profile in profiles:
            self._index(profile)
        for row in self.rows.values():
            if row.profile is not None:
                self._rows_of[row.profile].add(row.key)

    def row(self, key: bytes) -> Row:
        """The row of that key; a new one is empty."""
        return self.rows.setdefault(key, Row(key=key))

    def name(self, version: bytes, root: bytes) -> None:
        """The id of a correction or retraction is taken from now on."""
        self.elsewhere[version] = root
        self.named.add(version)

    def attach(self, row: Row, incoming: Incoming) -> None:
        """The row is about whoever has these tokens; a set of tokens that is new makes a profile."""
        known = self._by_digest.get(incoming.digest)
        profile = self.profiles[known] if known is not None else self._born(incoming)
        row.profile = profile.birth
        profile.events += 1
        profile.triggers += _opens(row)
        profile.objections += restricts(row.record)
        profile.hidden += 1
        self._rows_of[profile.birth].add(row.key)
        self.touch(row, profile)

    def detach(self, row: Row) -> set[int]:
        """The row is about nobody any more. Returns the profile that it was of."""
        if row.profile is None:
            return set()
        profile = self.profiles[row.profile]
        profile.events -= 1
        profile.triggers -= _opens(row)
        profile.objections -= restricts(row.record)
        profile.hidden -= row.shown is None
        self._rows_of[profile.birth].discard(row.key)
        row.profile = None
        self.touch(row, profile)
        return {profile.birth}

    def touch(self, row: Row, profile: Profile | None = None) -> None:
        """These are to be written."""
        self.dirty_rows.add(row.key)
        self.touched.add(row.key)
        if profile:
            self.dirty_profiles.add(profile.birth)

    def forget(self, row: Row) -> None:
        """Not even the ledger of the row is left."""
        del self.rows[row.key]
        self.dirty_rows.discard(row.key)
        self.touched.discard(row.key)
        self.gone_rows.add(row.key)

    def reach(self, births: Iterable[int]) -> set[int]:
        """Every profile in the components of these."""
        components = {self.profiles[birth].component for birth in births if birth in self.profiles}
        return {birth for component in components for birth in self._by_component[component]}

    def person_of(self, birth: int) -> list[Row]:
        """The rows of the person that a profile belongs to now. Raises IncompleteComponent."""
        self._require_complete({self.profiles[birth].component})
        group = self.profiles[birth].group
        members = [other for other in self.reach([birth]) if self.profiles[other].group == group]
        return [self.rows[key] for member in sorted(members) for key in sorted(self._rows_of[member])]

    def person_id(self, birth: int) -> bytes:
        """How indicators know the person that a profile belongs to now."""
        return self.profiles[self.profiles[birth].group].person

    def certainty(self, row: Row) -> Certainty:
        """Of the join of this event with the others of its person."""
        tentative = row.profile is not None and self.profiles[row.profile].tentative
        return "tentative" if tentative else "sure"

    def regroup(self, births: set[int]) -> None:
        """Find the persons among these profiles (whole components) anew; drop profiles without events."""
        self._require_complete({self.profiles[birth].component for birth in births})
        for birth in sorted(births):
            if birth in self.profiles and not self.profiles[birth].events:
                self._drop(self.profiles[birth])
        left = {birth for birth in births if birth in self.profiles}
        for birth in left:
            self._find_near(birth)
        for component in components(left, self._near):
            self._set_component(component)
        self._grouped |= left
        self._about.begin(self._decided(left))
        for part in self._about.parts(left, {birth: self._about.sure_edges(birth) for birth in left}):
            self._set_group(part)

    def reweigh(self) -> set[int]:
        """Compare the stale profiles with all their candidates, and count their objections, which an earlier version did not.
        Returns everyone whose person may be another by it."""
        stale = [birth for birth in self.stale if birth in self.profiles]
        self.stale = []
        for birth in stale:
            self.profiles[birth].mark = self._linking.mark
            self.profiles[birth].objections = sum(restricts(self.rows[key].record) for key in self._rows_of[birth])
            self.dirty_profiles.add(birth)
            self._find_near(birth)
            self._join_components({birth, *self._near[birth]})
        reached = self.reach(stale)
        self.regroup(reached)
        return reached

    def newcomers(self) -> list[Profile]:
        """Profiles that came with this batch and are still there."""
        return [self.profiles[birth] for birth in sorted(self.born)]

    def component_size(self, profile: Profile) -> int:
        """How many profiles it hangs together with, itself among them."""
        return len(self._by_component[profile.component])

    def person_size(self, profile: Profile) -> int:
        """How many profiles its person has."""
        return sum(self.profiles[birth].group == profile.group for birth in self._by_component[profile.component])

    def _set_group(self, part: set[int]) -> None:
        tentative = len(part) == 1 and any(map(self._about.could_be_another, part))
        for birth in part:
            profile = self.profiles[birth]
            if (profile.group, profile.tentative) != (min(part), tentative):
                profile.group, profile.tentative = min(part), tentative
                self.dirty_profiles.add(birth)

    def _decided(self, births: Iterable[int]) -> set[frozenset[int]]:
        rows = (self.rows[key] for birth in births for key in self._rows_of[birth])
        pairs = (
            (row.profile, self.rows[other].profile)
            for row in rows
            for other in row.apart.values()
            if other in self.rows
        )
        return {frozenset((a, b)) for a, b in pairs if a is not None and b is not None}

    def show(self, births: set[int], rows: Iterable[Row]) -> list[Moved]:
        """Compare what is shown with what should be: all rows of these profiles, and these rows besides."""
        keys = {row.key for row in rows} | {key for birth in births for key in self._rows_of[birth]}
        removed: dict[bytes, list[EventRecord]] = defaultdict(list)
        added: dict[bytes, list[EventRecord]] = defaultdict(list)
        for key in sorted(keys):
            row = self.rows[key]
            target = self._target(row)
            if target == row.shown:
                continue
            if row.shown:
                removed[row.shown[0]].append(row.shown[1])
            if target:
                added[target[0]].append(target[1])
            self._set_shown(row, target)
        return [Moved(person, removed[person], added[person]) for person in sorted({*removed, *added})]

    def restrict(self, births: set[int], rows: Iterable[Row]) -> list[Row]:
        """Of the same rows as `show`: those whose person objects, and did not before, or the other way round."""
        keys = {row.key for row in rows} | {key for birth in births for key in self._rows_of[birth]}
        changed = [self.rows[key] for key in sorted(keys) if self.rows[key].restricted != self._objects(self.rows[key])]
        for row in changed:
            row.restricted = not row.restricted
            self.touch(row)
        return changed

    def suppressed(self, births: set[int]) -> list[Row]:
        """The rows of these profiles that may not be kept, because of an objection that was granted."""
        rows = [self.rows[key] for birth in sorted(births) for key in sorted(self._rows_of[birth])]
        marked = {self._person(row) for row in rows if suppresses(row.record)}
        return [row for row in rows if self._person(row) in marked and not suppresses(row.record)]

    def settled(self, births: Iterable[int], rows: Iterable[Row]) -> bool:
        """Whether the persons among these profiles are as they were: none is new and none lost its last event, and the
        rows that changed are in no link decision."""
        if any(row.apart for row in rows):
            return False
        return all(self.profiles[birth].events and birth in self._grouped for birth in births)

    def _person(self, row: Row) -> int | None:
        return None if row.profile is None else self.profiles[row.profile].group

    def _objects(self, row: Row) -> bool:
        if row.profile is None or row.record is None:
            return False
        profile = self.profiles[row.profile]
        members = (self.profiles[birth] for birth in self._by_component[profile.component])
        return any(member.objections > 0 for member in members if member.group == profile.group)

    def _target(self, row: Row) -> Shown | None:
        if row.profile is None or row.record is None:
            return None
        profile = self.profiles[row.profile]
        group = self.profiles[profile.group]
        members = (self.profiles[birth] for birth in self._by_component[profile.component])
        person = [member for member in members if member.group == profile.group]
        if not any(member.triggers for member in person) or any(member.objections > 0 for member in person):
            return None
        certainty = self.certainty(row)
        if row.record.certainty == certainty:
            return group.person, row.record
        return group.person, msgspec.structs.replace(row.record, certainty=certainty)

    def _set_shown(self, row: Row, target: Shown | None) -> None:
        if row.profile is not None:
            profile = self.profiles[row.profile]
            profile.hidden += (target is None) - (row.shown is None)
            self.touch(row, profile)
        row.shown = target
        self.touch(row)

    def _born(self, incoming: Incoming) -> Profile:
        birth = incoming.offset
        profile = Profile(
            birth=birth,
            digest=incoming.digest,
            person=incoming.person,
            partner=incoming.partner,
            mark=self._linking.mark,
            tokens=incoming.tokens,
            component=birth,
            group=birth,
        )
        self._index(profile)
        self.born.add(birth)
        self.complete.add(birth)
        self._find_near(birth)
        if self._near[birth]:
            self._join_components({birth, *self._near[birth]})
        else:  # alone: a person by itself
            self._grouped.add(birth)
        return profile

    def _find_near(self, birth: int) -> None:
        if birth in self._near:
            return
        mine = self._identities[birth]
        candidates = {other for token in self.profiles[birth].tokens for other in self._by_token[token]} - {birth}
        found = {other: self._linking.edge(mine, self._identities[other]) for other in candidates}
        self._near[birth] = {other: weight for other, weight in found.items() if weight is not None}
        for other, weight in self._near[birth].items():
            if other in self._near:
                self._near[other][birth] = weight

    def _join_components(self, births: set[int]) -> None:
        names = {self.profiles[birth].component for birth in births}
        self._require_complete(names)
        if len(names) > 1:
            self._set_component({birth for name in names for birth in self._by_component[name]})

    def _require_complete(self, components: set[int]) -> None:
        if not components <= self.complete:
            raise IncompleteComponent(sorted(components - self.complete))

    def _set_component(self, births: set[int]) -> None:
        name = min(births)
        for birth in births:
            profile = self.profiles[birth]
            if profile.component != name:
                self._by_component[profile.component].discard(birth)
                self._by_component[name].add(birth)
                profile.component = name
                self.dirty_profiles.add(birth)
        self.complete.add(name)

    def _index(self, profile: Profile) -> None:
        self.profiles[profile.birth] = profile
        self._identities[profile.birth] = identity(profile.tokens, profile.partner)
        self._by_digest[profile.digest] = profile.birth
        self._by_component[profile.component].add(profile.birth)
        for token in profile.tokens:
            self._by_token[token].add(profile.birth)

    def _drop(self, profile: Profile) -> None:
        del self.profiles[profile.birth], self._by_digest[profile.digest], self._identities[profile.birth]
        self._near.pop(profile.birth, None)
        self._by_component[profile.component].discard(profile.birth)
        for other in self._by_component[profile.component]:
            self._near.get(other, {}).pop(profile.birth, None)
        for token in profile.tokens:
            self._by_token[token].discard(profile.birth)
        self.dirty_profiles.discard(profile.birth)
        self.gone_profiles[profile.birth] = profile.tokens
        self.born.discard(profile.birth)


class IncompleteComponent(Exception):
    """A step would move events that were not loaded: a fault of the loader, never to be papered over."""


def _opens(row: Row) -> bool:
    return row.record is not None and row.record.event_class in ("incident", "request")
