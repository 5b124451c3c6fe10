"""Made-up admitted events with tokens of plain words, and a policy for them."""

from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path

from vangnet_contract.messages import EventKey, EventRecord
from vangnet_contract.policy import Policy, load_policy
from vangnet_contract.taxonomy import event_types
from vangnet_linker.domain.incoming import Incoming
from vangnet_linker.domain.profile import space
from vangnet_linker.evaluation.records import person_of
from vangnet_pseudonym.scheme import token_inputs
from vangnet_simulator.oracle.joining import Identity

from tests.unit.linker.linkage.people import JAN

POLICY: Policy = load_policy(Path(__file__).parents[3] / "deploy" / "policy" / "demo")
START = datetime(2026, 3, 1, tzinfo=UTC)
INCIDENT = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
CARE = "nl.oggz-signalen.ggz.ambulante-zorg.v1"
ERASURE = "nl.oggz-signalen.beheer.wissing.v1"
OBJECTION = "nl.oggz-signalen.beheer.bezwaar.v1"
ACCESS = "nl.oggz-signalen.beheer.inzageverzoek.v1"
SOURCE = "urn:nld:oin:00000000000000000101:systeem:bvh"


def keyed(*parts: object) -> bytes:
    return blake2b("|".join(map(str, parts)).encode(), digest_size=16).digest()


@cache
def tokens(epoch: int = 1, source: str = "politie", **fields: str) -> frozenset[bytes]:
    """tokens(bsn="245216571", surname="Vriess"): of JAN with other fields in their place; "" leaves one out."""
    clear = token_inputs(person_of(JAN | fields), source)
    head = space("v2", epoch).to_bytes(2)
    found = frozenset(bytes([kind]) + head + keyed("token", epoch, text) for kind, text in clear)
    _CLEAR[found] = frozenset((kind, text.decode()) for kind, text in clear)
    return found


_CLEAR: dict[frozenset[bytes], Identity] = {frozenset(): frozenset()}


def in_clear(about: frozenset[bytes]) -> Identity:
    """What these tokens were made of."""
    return _CLEAR[about]


def incoming(
    offset: int,
    event_id: str,
    about: frozenset[bytes] = frozenset(),
    *,
    type: str = INCIDENT,
    corrects: str | None = None,
    retracts: str | None = None,
    registered: timedelta = timedelta(),
    received: timedelta | None = None,
    municipality: str | None = "GM0034",
    source: str = SOURCE,
    incident: str | None = None,
    partner: str = "politie",
    phase: str | None = None,
) -> Incoming:
    root = corrects or retracts or event_id
    kind = "correction" if corrects else "retraction" if retracts else "root"
    row = event_types()[type]
    received_at = START + (received if received is not None else timedelta(seconds=offset))
    key = EventKey(source, root)
    return Incoming(
        offset=offset,
        root=keyed(source, root),
        version=keyed(source, event_id),
        kind=kind,
        event=key,
        id=event_id,
        partner=partner,
        registered_at=START + registered,
        received_at=received_at,
        content=keyed("content", type, municipality, incident, corrects, retracts, phase),
        identities={1: keyed("tokens", *sorted(about))} if about else {},
        tokens=about,
        digest=keyed("digest", *sorted(about)),
        person=keyed("person", offset),
        record=EventRecord(
            event=key,
            revision=0,
            type=type,
            group=row.group,
            event_class=row.event_class,
            occurred_at=START,
            registered_at=START + registered,
            received_at=received_at,
            municipality=municipality,
            partner=partner,
            incident=incident,
            details={"fase": phase} if phase else {},
        ),
    )
