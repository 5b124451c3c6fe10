"""Opening admitted events: verify the partner's signature again, open the seal, key the tokens.

This is the only place where a token is seen as the partner made it; what leaves it is the keyed form.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from vangnet_contract.event import Event, SealedIdentity, read_event
from vangnet_contract.messages import EventKey, EventRecord, LinkDecision
from vangnet_contract.policy import PartnerKey, Policy
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.stamp import Stamp
from vangnet_contract.taxonomy import HEARTBEAT, EventType, detail_problems, event_types
from vangnet_pseudonym import keys, pseudonyms, sealing, signature

from vangnet_linker.domain.incoming import Beat, Decided, Incoming, Unopenable, VersionKind
from vangnet_linker.domain.profile import SCHEMES, Token, space

Opened = Incoming | Beat | Unopenable


class Opener:
    """Opens events under one policy. `seal_keys`: private keys by key id (raw X25519, 32 bytes); `pepper`: 32 bytes."""

    def __init__(self, policy: Policy, seal_keys: Mapping[str, bytes], pepper: bytes) -> None:
        self._region = policy.region.name
        self._epochs = {epoch.epoch for epoch in policy.keys.epochs}
        self._seal_keys = {key_id: keys.load_seal_private_key(raw) for key_id, raw in seal_keys.items()}
        self._signing = {key_id: keys.load_verifying_key(key.public_key) for key_id, key in _partner_keys(policy)}
        self._policy = policy
        self._event_hash = pseudonyms.KeyedHash(pepper, "event")
        self._token_hash = pseudonyms.KeyedHash(pepper, "token")
        self._content_hash = pseudonyms.KeyedHash(pepper, "content")
        self._profile_hash = pseudonyms.KeyedHash(pepper, "profile")
        self._identity_hash = pseudonyms.KeyedHash(pepper, "identity")
        self._person_hash = pseudonyms.KeyedHash(pepper, "person")

    def open(self, offset: int, value: bytes, stamp: Stamp) -> Opened | None:
        """The opened event; None when the bytes are no event at all (ingest admits no such thing)."""
        event = read_event(value)
        if not isinstance(event, Event) or event.type not in event_types():
            return None
        contents, problems = self._contents(event)
        problems = [*self._signature_problems(event, stamp), *problems]
        if problems:
            digest = hashlib.sha256(value).hexdigest()
            return Unopenable(
                offset=offset,
                event=EventKey(event.source, event.root_id),
                id=event.id,
                partner=stamp.partner,
                digest=digest,
                received_at=stamp.received_at,
                problems=problems,
            )
        if event.type == HEARTBEAT:
            return Beat(
                offset=offset, event=EventKey(event.source, event.id), partner=stamp.partner, up_to=_instant(event.time)
            )
        return self._incoming(offset, event, stamp, contents)

    def decided(self, decision: LinkDecision) -> Decided:
        """As the register names events."""
        one, other = (self._event_key(event.source, event.id) for event in decision.events)
        return Decided(decision=decision.decision, roots=(one, other), at=decision.at, revoked=decision.revoked)

    def _incoming(self, offset: int, event: Event, stamp: Stamp, contents: sealing.Contents | None) -> Incoming:
        row = event_types()[event.type]
        details = _sealed_details(contents) if row.details_sealed and contents else event.data.details
        scheme = event.data.identity.scheme if event.data.identity else ""
        tokens = self._keyed_tokens(contents, scheme)
        digest = self._profile_hash.digest(b"".join(sorted(tokens)))
        version = self._event_key(event.source, event.id)
        return Incoming(
            offset=offset,
            root=self._event_key(event.source, event.root_id),
            version=version,
            kind=_kind(event),
            event=EventKey(event.source, event.root_id),
            id=event.id,
            partner=stamp.partner,
            registered_at=_instant(event.time),
            received_at=stamp.received_at.astimezone(UTC),
            content=self._content(event, details),
            identities={
                of: self._identity(version, tokens, of)
                for of in (space(scheme, epoch) for epoch in (contents.tokens if contents else ()))
            },
            tokens=tokens,
            digest=digest,
            person=self._person_hash.digest(offset.to_bytes(8) + digest),
            record=_record(event, row, stamp, details),
        )

    def _contents(self, event: Event) -> tuple[sealing.Contents | None, list[Problem]]:
        identity = event.data.identity
        if identity is None:
            return None, []
        if identity.scheme not in SCHEMES:
            return None, [Problem(Reason.SCHEME_UNKNOWN, "data.identity.scheme", "names no scheme that is known here")]
        private_key = self._seal_keys.get(identity.key_id)
        if private_key is None:
            return None, [Problem(Reason.SEAL_KEY_UNKNOWN, "data.identity.keyId", "names a key that is not in use")]
        try:
            contents = sealing.unseal(
                private_key, _binding(self._region, event, identity), keys.from_text(identity.sealed)
            )
        except sealing.SealError as error:
            return None, [Problem(_SEAL_REASONS[type(error)], "data.identity.sealed", str(error))]
        except ValueError:
            return None, [Problem(Reason.SEAL_LAYOUT, "data.identity.sealed", "is not base64url without padding")]
        return contents, list(self._contents_problems(event, contents))

    def _contents_problems(self, event: Event, contents: sealing.Contents) -> Iterable[Problem]:
        if not any(contents.tokens.values()):
            yield Problem(Reason.TOKENS_EMPTY, "data.identity.sealed", "holds no token")
        if contents.tokens.keys() - self._epochs:
            yield Problem(Reason.EPOCH_UNKNOWN, "data.identity.sealed", "holds tokens of an epoch that is not in use")
        row = event_types()[event.type]
        if row.details_sealed and not event.data.retracts:
            details = _sealed_details(contents)
            for name, rule in detail_problems(row, details):
                yield Problem(Reason.DETAILS_INVALID, f"details.{name}" if name in row.details else "details", rule)

    def _signature_problems(self, event: Event, stamp: Stamp) -> list[Problem]:
        if not event.dssematerial:
            return [Problem(Reason.SIGNATURE_MISSING, "dssematerial", "is required")]
        signed = signature.read_signature(event.dssematerial)
        key = self._valid_key(signed.key_id, stamp) if signed else None
        if signed and key and signed.holds(key, event.attributes, event.data_bytes):
            return []
        return [Problem(Reason.SIGNATURE_INVALID, "dssematerial", "does not verify with a valid key of this partner")]

    def _valid_key(self, key_id: str, stamp: Stamp) -> EllipticCurvePublicKey | None:
        """The partner's key of that id, if it was valid when the event was received."""
        owner, key = self._policy.partner_key(key_id) or (None, None)
        if key is None or owner != stamp.partner or not key.valid_at(stamp.received_at):
            return None
        return self._signing[key_id]

    def _keyed_tokens(self, contents: sealing.Contents | None, scheme: str) -> frozenset[Token]:
        found = (
            (kind, space(scheme, epoch), token)
            for epoch, tokens in (contents.tokens if contents else {}).items()
            for kind, token in tokens
        )
        return frozenset(
            (head := bytes([kind]) + of.to_bytes(2)) + self._token_hash.digest(head + token)
            for kind, of, token in found
        )

    def _identity(self, version: bytes, tokens: frozenset[Token], of: int) -> bytes:
        """Of this event alone: what the ledger keeps of an erased person must not meet the same person again."""
        of_space = sorted(token for token in tokens if token[1:3] == of.to_bytes(2))
        return self._identity_hash.digest(version + b"".join(of_space))

    def _event_key(self, source: str, event_id: str) -> bytes:
        return self._event_hash.digest(f"{source}|{event_id}".encode())

    def _content(self, event: Event, details: dict[str, str]) -> bytes:
        data = event.data
        facts = (
            event.type,
            _instant(data.occurred_at),
            data.municipality,
            data.district,
            data.incident,
            sorted(details.items()),
            data.corrects,
            data.retracts,
        )
        return self._content_hash.digest(msgspec.msgpack.encode(facts))


_SEAL_REASONS: dict[type[sealing.SealError], Reason] = {
    sealing.Truncated: Reason.SEAL_TRUNCATED,
    sealing.Oversized: Reason.SEAL_OVERSIZED,
    sealing.CannotOpen: Reason.SEAL_NOT_OPENABLE,
    sealing.BadLayout: Reason.SEAL_LAYOUT,
    sealing.NoTokens: Reason.TOKENS_EMPTY,
}


def _partner_keys(policy: Policy) -> list[tuple[str, PartnerKey]]:
    return [(key.key_id, key) for found in policy.keys.partners.values() for key in found]


def _binding(region: str, event: Event, identity: SealedIdentity) -> sealing.Binding:
    return sealing.Binding(
        region=region,
        key_id=identity.key_id,
        scheme=identity.scheme,
        epoch=identity.epoch,
        source=event.source,
        id=event.id,
        type=event.type,
        occurred_at=event.data.occurred_at,
    )


def _sealed_details(contents: sealing.Contents) -> dict[str, str]:
    try:
        return msgspec.json.decode(contents.details or b"{}", type=dict[str, str])
    except msgspec.MsgspecError:
        return {"?": ""}  # no type has this detail: refused as unknown


def _kind(event: Event) -> VersionKind:
    return "correction" if event.data.corrects else "retraction" if event.data.retracts else "root"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _record(event: Event, row: EventType, stamp: Stamp, details: dict[str, str]) -> EventRecord:
    data = event.data
    return EventRecord(
        event=EventKey(event.source, event.root_id),
        revision=0,
        type=event.type,
        group=row.group,
        event_class=row.event_class,
        occurred_at=_instant(data.occurred_at),
        registered_at=_instant(event.time),
        received_at=stamp.received_at.astimezone(UTC),
        municipality=data.municipality,
        district=data.district,
        partner=stamp.partner,
        incident=data.incident,
        details=details,
        release=data.vrijgave.niveau if data.vrijgave else None,
    )
