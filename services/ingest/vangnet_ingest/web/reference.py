"""What a partner needs to know before it sends: the event types, and the public keys of the region. Open to everyone."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from vangnet_contract.policy import Policy, SealKey
from vangnet_contract.taxonomy import OPAQUE, EventType, event_types

router = APIRouter(prefix="/v1", tags=["naslag"])

CLASSES = {
    "incident": "telt mee en opent een dossier",
    "request": "opent een dossier, telt niet als voorval",
    "care": "over zorg; telt niet als voorval",
    "legal": "over een juridische titel; telt niet als voorval",
    "context": "omstandigheid; telt niet als voorval",
    "admin": "over de meldingen zelf",
}


class Resource(BaseModel):
    """Veldnamen in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Gebeurtenistype(Resource):
    """Een soort melding. `details`: per detail de waarden die mogen; leeg = een kenmerk (geen vaste lijst)."""

    type: str
    naam: str
    groep: str | None
    klasse: str
    uitleg: str
    gevoeligheid: str
    details: dict[str, list[str]]
    details_verzegeld: bool = Field(description="De details gaan mee in de verzegelde persoon; er is geen wijk")
    persoon: str = Field(description="allowed of forbidden")
    gemeente: str = Field(description="required, optional of forbidden")


class Gebeurtenistypen(Resource):
    """Alle soorten meldingen."""

    gebeurtenistypen: list[Gebeurtenistype]


class Zegelsleutel(Resource):
    """Publieke sleutel (X25519, base64url) waarvoor partners de persoon verzegelen."""

    key_id: str
    public_key: str
    valid_from: datetime
    valid_to: datetime


class Tijdperk(Resource):
    """Som van de publieke sleutels van beide evaluators (ristretto255, base64url). Vergelijk hem met uw eigen instelling."""

    epoch: int
    public_key: str


class Sleutels(Resource):
    """Publieke sleutels van de regio."""

    regio: str
    token_schemes: list[str]
    zegel: list[Zegelsleutel]
    tijdperken: list[Tijdperk]


@router.get("/gebeurtenistypen", summary="Soorten meldingen")
async def get_gebeurtenistypen() -> Gebeurtenistypen:
    """Every type of the taxonomy with what it means and may hold."""
    return Gebeurtenistypen(gebeurtenistypen=[_shown(event_type) for event_type in event_types().values()])


@router.get("/sleutels", summary="Publieke sleutels")
async def get_sleutels(request: Request) -> Sleutels:
    """Seal keys and epochs of the policy that is in force."""
    policy: Policy = request.app.state.reception.policy
    return Sleutels(
        regio=policy.region.name,
        token_schemes=policy.region.token_schemes,
        zegel=[_seal_key(key) for key in policy.keys.seal],
        tijdperken=[Tijdperk(**epoch.model_dump()) for epoch in policy.keys.epochs],
    )


def _seal_key(key: SealKey) -> Zegelsleutel:
    return Zegelsleutel(
        key_id=key.key_id,
        public_key=key.public_key,
        valid_from=key.valid_from.astimezone(UTC),
        valid_to=key.valid_to.astimezone(UTC),
    )


def _shown(event_type: EventType) -> Gebeurtenistype:
    return Gebeurtenistype(
        type=event_type.type,
        naam=event_type.name,
        groep=event_type.group,
        klasse=event_type.event_class,
        uitleg=CLASSES[event_type.event_class],
        gevoeligheid=event_type.sensitivity,
        details={name: [v for v in values if v != OPAQUE] for name, values in event_type.details.items()},
        details_verzegeld=event_type.details_sealed,
        persoon=event_type.identity,
        gemeente=event_type.municipality,
    )
