"""A linker over a dict instead of a database: the same loader's rules, and what indicators know after each message."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from vangnet_contract.messages import EventRecord, Tick
from vangnet_linker.adapters.rows import pack_profile, pack_row, unpack_profile, unpack_row
from vangnet_linker.adapters.store import anchors, must_be_complete, strangers
from vangnet_linker.app import Message, step
from vangnet_linker.domain.effects import Access, Effects
from vangnet_linker.domain.incoming import Decided, Incoming
from vangnet_linker.domain.linkage.neighbourhood import linking_of
from vangnet_linker.domain.profile import search_key
from vangnet_linker.domain.registry import Registry

from tests.unit.linker.events import POLICY


def keys_of(tokens: Iterable[bytes]) -> set[int]:
    """As the database finds them."""
    return set(map(search_key, tokens))


class World:
    """Plays messages in batches; every batch sees only what the real loader would have loaded."""

    def __init__(self) -> None:
        self.rows: dict[bytes, dict[str, object]] = {}
        self.profiles: dict[int, dict[str, object]] = {}
        self.elsewhere: dict[bytes, bytes] = {}
        self.known: dict[bytes, dict[tuple[str, str], EventRecord]] = defaultdict(dict)
        self.areas: dict[tuple[str, str], EventRecord] = {}
        self.linking = linking_of(POLICY)
        self.access: list[Access] = []
        self.answers: list[tuple[str, str, tuple[str, ...]]] = []

    def play(self, messages: Sequence[Message], batch: int = 1) -> "World":
        for start in range(0, len(messages), batch):
            chunk = messages[start : start + batch]
            registry = self.load(chunk)
            for message in chunk:
                self.hear(step(registry, message, POLICY))
            self.store(registry)
        return self

    def load(self, messages: Sequence[Message]) -> Registry:
        incoming = [message for message in messages if isinstance(message, Incoming)]
        ticks = [message.at for message in messages if isinstance(message, Tick)]
        keys = {key for message in incoming for key in (message.root, message.version)}
        keys |= {root for message in messages if isinstance(message, Decided) for root in message.roots}
        rows = {
            key: unpack_row(row)
            for key, row in self.rows.items()
            if key in keys or any(row["due"] and row["due"] <= at for at in ticks)
        }
        every = [unpack_profile(profile) for profile in self.profiles.values()]
        digests = {message.digest for message in incoming}
        known = {profile.digest: profile.component for profile in every if profile.digest in digests}
        births, wanted = anchors(strangers(incoming, known.keys()), rows.values())
        reached = {
            p.component for p in every if p.birth in births or not keys_of(wanted).isdisjoint(keys_of(p.tokens))
        } | {*known.values()}
        profiles = [profile for profile in every if profile.component in reached]
        complete = must_be_complete(incoming, rows, profiles, self.linking)
        members = {profile.birth for profile in profiles if profile.component in complete}
        rows |= {key: unpack_row(row) for key, row in self.rows.items() if row["profile"] in members}
        registry = Registry(self.linking, rows.values(), profiles, complete)
        registry.elsewhere = {v: root for v, root in self.elsewhere.items() if v in {m.version for m in incoming}}
        return registry

    def store(self, registry: Registry) -> None:
        for key in registry.gone_rows:
            self.rows.pop(key, None)
            self.elsewhere = {v: root for v, root in self.elsewhere.items() if root != key}
        for birth in registry.gone_profiles:
            self.profiles.pop(birth, None)
        for key in registry.dirty_rows:
            hex_key, profile, due, body = pack_row(registry.rows[key])
            self.rows[key] = {"key": UUID(hex_key), "profile": profile, "due": due, "body": body}
        for birth in registry.dirty_profiles:
            profile = registry.profiles[birth]
            _, digest, component, _, body, mark = pack_profile(profile, profile.person)
            self.profiles[birth] = {
                "birth": birth,
                "digest": UUID(digest),
                "component": component,
                "body": body,
                "mark": mark,
            }
        self.elsewhere |= {v: registry.elsewhere[v] for v in registry.named if registry.elsewhere[v] in registry.rows}

    def hear(self, effects: Effects) -> None:
        """Indicators take every record out that they are told to, and it must be there exactly as it is taken."""
        for moved in effects.moved:
            records = self.known[moved.person]
            for record in moved.removed:
                assert records.pop((record.event.source, record.event.id)) == record
            for record in moved.added:
                assert (record.event.source, record.event.id) not in records
                records[(record.event.source, record.event.id)] = record
        for area in effects.areas:
            key = (area.record.event.source, area.record.event.id)
            if area.change == "removed":
                assert self.areas.pop(key) == area.record
            else:
                assert key not in self.areas
                self.areas[key] = area.record
        self.access += effects.access
        self.answers += [
            (partner, f"{answer.id}:{answer.status}", tuple(p.reason for p in answer.problems))
            for partner, answer in effects.feedback
        ]

    def persons(self) -> set[frozenset[str]]:
        """The ids of the events of each person that anyone sees, without the persons' names."""
        return {frozenset(event_id for _, event_id in records) for records in self.known.values() if records}
