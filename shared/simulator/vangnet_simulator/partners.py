"""The six partners of the region and which event types each of them sends."""

from dataclasses import dataclass

PREFIX = "nl.oggz-signalen."

E33 = PREFIX + "veiligheid.overlast-verward-gedrag.v1"
E14 = PREFIX + "veiligheid.zelfdoding-poging-dreiging.v1"
HOMELESS = PREFIX + "veiligheid.overlast-dakloze.v1"
CARE_NOTIFICATION = PREFIX + "veiligheid.zorgmelding.v1"
AMBULANCE = PREFIX + "acute-zorg.ambulance-inzet.v1"
PSYCHOLANCE_EMERGENCY = PREFIX + "acute-zorg.psycholance-spoed.v1"
PSYCHOLANCE_PLANNED = PREFIX + "acute-zorg.psycholance-gepland.v1"
CRISIS_ASSESSMENT = PREFIX + "acute-zorg.crisisbeoordeling.v1"
CRISIS_CARE_ENDED = PREFIX + "acute-zorg.crisiszorg-beeindigd.v1"
ENQUIRY_REPORTED = PREFIX + "verplichte-zorg.verkennend-onderzoek-gemeld.v1"
ENQUIRY_CLOSED = PREFIX + "verplichte-zorg.verkennend-onderzoek-afgerond.v1"
CRISIS_MEASURE = PREFIX + "verplichte-zorg.crisismaatregel.v1"
CARE_AUTHORISATION = PREFIX + "verplichte-zorg.zorgmachtiging.v1"
ADMISSION = PREFIX + "ggz.opname.v1"
DISCHARGE = PREFIX + "ggz.ontslag.v1"
AMBULATORY_CARE = PREFIX + "ggz.ambulante-zorg.v1"
DROPOUT = PREFIX + "ggz.zorguitval.v1"
OGGZ_REPORT = PREFIX + "sociaal-domein.oggz-melding.v1"
OUTREACH_CARE = PREFIX + "sociaal-domein.bemoeizorg.v1"
SHELTERED_HOUSING = PREFIX + "sociaal-domein.beschermd-wonen.v1"
SHELTER = PREFIX + "sociaal-domein.opvang.v1"
SOCIAL_SUPPORT = PREFIX + "sociaal-domein.begeleiding.v1"
EVICTION = PREFIX + "wonen.huisuitzetting.v1"
OWN_REQUEST = PREFIX + "client.eigen-melding.v1"
CRISIS_CARD = PREFIX + "client.crisiskaart.v1"
HEARTBEAT = PREFIX + "beheer.levensteken.v1"

REPORTS = frozenset({E33, E14, HOMELESS})  # the police reports that the published figures count (indicator I01b)


@dataclass(frozen=True, slots=True)
class Partner:
    """A sending organisation: the CloudEvents source of its system (a fictitious OIN) and the event types it sends."""

    name: str
    source: str
    sends: tuple[str, ...]


def _source(number: int, system: str) -> str:
    return f"urn:nld:oin:{number:020d}:systeem:{system}"


PARTNERS: tuple[Partner, ...] = (  # sources as in the shipped policies
    Partner("politie", _source(101, "bvh"), (E33, E14, HOMELESS, CARE_NOTIFICATION)),
    Partner(
        "ggz",
        _source(102, "epd"),
        (
            *(CRISIS_ASSESSMENT, CRISIS_CARE_ENDED, CRISIS_MEASURE, CARE_AUTHORISATION),
            *(ADMISSION, DISCHARGE, AMBULATORY_CARE, DROPOUT),
        ),
    ),
    Partner("ambulance", _source(103, "ritten"), (AMBULANCE, PSYCHOLANCE_EMERGENCY, PSYCHOLANCE_PLANNED)),
    Partner(
        "gemeente",
        _source(104, "meldpunt"),
        (
            *(OGGZ_REPORT, OUTREACH_CARE, SHELTERED_HOUSING, SHELTER, SOCIAL_SUPPORT),
            *(ENQUIRY_REPORTED, ENQUIRY_CLOSED),
        ),
    ),
    Partner("wonen", _source(105, "huur"), (EVICTION,)),
    Partner("client", _source(106, "loket"), (OWN_REQUEST, CRISIS_CARD)),
)

SENDER: dict[str, str] = {type_: partner.name for partner in PARTNERS for type_ in partner.sends}
