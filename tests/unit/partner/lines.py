"""A line that nothing is wrong with, and ways to change it."""

import json
from typing import Any

E33 = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
CRISIS = "nl.oggz-signalen.acute-zorg.crisisbeoordeling.v1"  # S3, uitkomst
AMBULATORY = "nl.oggz-signalen.ggz.ambulante-zorg.v1"  # S3, fase and reden
OGGZ = "nl.oggz-signalen.sociaal-domein.oggz-melding.v1"  # S2, melder
HEARTBEAT = "nl.oggz-signalen.beheer.levensteken.v1"
RELEASE_OBJECTION = "nl.oggz-signalen.beheer.vrijgavebezwaar.v1"
GONE = object()

PERSON: dict[str, Any] = {
    "bsn": "999990019",
    "givenNames": "Anna Maria",
    "prefix": "van der",
    "surname": "Berg",
    "birthDate": "1980-05-17",
    "sex": "v",
    "clientNumber": "C-5512",
    "postcode": "1315AB",
    "houseNumber": 12,
    "houseNumberSuffix": "b",
    "street": "Kerkstraat",
    "city": "Almere",
}

GOOD: dict[str, Any] = {
    "id": "2026-000123",
    "type": E33,
    "registeredAt": "2026-03-01T02:10:00+01:00",
    "occurredAt": "2026-03-01T01:40:00+01:00",
    "municipality": "GM0034",
    "district": "WK003401",
    "details": {},
    "person": PERSON,
    "corrects": None,
    "retracts": None,
}


def changed(**changes: Any) -> bytes:
    """The good line with some fields changed, or gone."""
    return json.dumps({name: value for name, value in (GOOD | changes).items() if value is not GONE}).encode()
