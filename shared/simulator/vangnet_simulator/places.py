"""The six municipalities of the region: their share of reports, settlements, streets, postcodes and districts."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village with its four-digit postcode areas."""

    city: str
    areas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Municipality:
    """`share`: its part of the region's police reports in 2018 (E33: Omroep Flevoland 177660; Urk and Zeewolde divided by inhabitants)."""

    code: str
    name: str
    share: float
    settlements: tuple[Settlement, ...]


@dataclass(frozen=True, slots=True)
class Address:
    municipality: str
    district: str
    postcode: str
    house_number: int
    suffix: str
    street: str
    city: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something happened: CBS codes of the municipality and the district."""

    municipality: str
    district: str


MUNICIPALITIES: tuple[Municipality, ...] = (
    Municipality(
        "GM0034",
        "Almere",
        0.492,
        (
            Settlement(
                "Almere",
                (
                    *(
                        1311,
                        1312,
                        1313,
                        1314,
                        1315,
                        1316,
                        1317,
                        1318,
                        1319,
                        1321,
                        1322,
                        1323,
                        1324,
                        1325,
                        1326,
                        1327,
                        1328,
                    ),
                    *(
                        1333,
                        1334,
                        1335,
                        1336,
                        1338,
                        1339,
                        1351,
                        1352,
                        1353,
                        1354,
                        1355,
                        1356,
                        1357,
                        1358,
                        1361,
                        1362,
                        1363,
                    ),
                ),
            ),
        ),
    ),
    Municipality(
        "GM0995",
        "Lelystad",
        0.269,
        (
            Settlement(
                "Lelystad",
                (8212, 8218, 8219, 8221, 8222, 8223, 8224, 8225, 8226, 8231, 8232, 8233, 8241, 8242, 8243, 8245),
            ),
        ),
    ),
    Municipality(
        "GM0171",
        "Noordoostpolder",
        0.097,
        (
            Settlement("Emmeloord", (8301, 8302, 8303, 8304, 8305)),
            Settlement("Ens", (8307,)),
            Settlement("Nagele", (8308,)),
            Settlement("Creil", (8312,)),
            Settlement("Marknesse", (8316,)),
        ),
    ),
    Municipality(
        "GM0303",
        "Dronten",
        0.084,
        (
            Settlement("Dronten", (8251, 8252, 8253)),
            Settlement("Swifterbant", (8255,)),
            Settlement("Biddinghuizen", (8256,)),
        ),
    ),
    Municipality("GM0184", "Urk", 0.028, (Settlement("Urk", (8321, 8322)),)),
    Municipality("GM0050", "Zeewolde", 0.03, (Settlement("Zeewolde", (3891, 3892, 3893, 3894, 3895, 3896)),)),
)

_SHARES = list(accumulate(municipality.share for municipality in MUNICIPALITIES))
_AREAS = {m.code: [area for settlement in m.settlements for area in settlement.areas] for m in MUNICIPALITIES}
_CITY = {area: settlement.city for m in MUNICIPALITIES for settlement in m.settlements for area in settlement.areas}
_LETTERS = "ABCDEGHJKLMNPRSTVWXZ"  # postcodes have no F, I, O, Q, U, Y
_STREETS = (
    *("Appel", "Berken", "Beuken", "Bloemen", "Boter", "Buizerd", "Dorps", "Duinen", "Eiken", "Esdoorn"),
    *("Fluit", "Gouden", "Haven", "Hazelaar", "Herfst", "Iepen", "Juweel", "Kastanje", "Kerk", "Kievit"),
    *("Klaver", "Kolgans", "Kroonwerk", "Lange", "Leeuwerik", "Linden", "Markt", "Meridiaan", "Molen"),
    *("Muziek", "Noorder", "Oever", "Olmen", "Ooievaar", "Parel", "Parlement", "Polder", "Populieren"),
    *("Rietgors", "School", "Schouw", "Sloep", "Spoor", "Stations", "Ster", "Stuart", "Tjalk", "Tureluur"),
    *("Uiver", "Veld", "Visser", "Vlinder", "Water", "Weide", "Wilgen", "Wulp", "Zeil", "Zuider", "Zwaluw"),
)
_SUFFIXES = ("straat", "laan", "weg", "hof", "dreef", "pad", "singel", "steeg", "ring", "baan")  # Faker nl_NL's


def pick_municipality(rng: Random) -> Municipality:
    return rng.choices(MUNICIPALITIES, cum_weights=_SHARES)[0]


def pick_address(rng: Random, municipality: Municipality) -> Address:
    """An invented house. A postcode belongs to one street, as it does in the Netherlands."""
    area = rng.choice(_AREAS[municipality.code])
    letters = rng.choice(_LETTERS) + rng.choice(_LETTERS)
    return Address(
        municipality=municipality.code,
        district=_district(municipality, area),
        postcode=f"{area}{letters}",
        house_number=1 + int(rng.expovariate(1 / 45)),
        suffix=rng.choice("abcd") if rng.random() < 0.1 else "",
        street=_street(area, letters),
        city=_CITY[area],
    )


def pick_spot(rng: Random, home: Address) -> Spot:
    """Most reports are close to home; the others in Almere or Lelystad mostly."""
    if rng.random() < 0.9:
        return Spot(home.municipality, home.district)
    municipality = pick_municipality(rng)
    return Spot(municipality.code, _district(municipality, rng.choice(_AREAS[municipality.code])))


def _street(area: int, letters: str) -> str:
    number = area * 400 + _LETTERS.index(letters[0]) * len(_LETTERS) + _LETTERS.index(letters[1])
    return _STREETS[number % len(_STREETS)] + _SUFFIXES[number // len(_STREETS) % len(_SUFFIXES)]


def _district(municipality: Municipality, area: int) -> str:
    """WK + the municipality's four digits + two; which postcode lies in which is invented."""
    return f"WK{municipality.code[2:]}{_AREAS[municipality.code].index(area) // 3:02d}"
