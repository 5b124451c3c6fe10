"""What each partner knows of a person: its own file, and what is written down in a hurry on the street."""

from dataclasses import dataclass
from random import Random
from typing import Any

from vangnet_simulator.person import Person
from vangnet_simulator.places import Address

Identity = dict[str, Any]  # the fields of `person` in a partner's input (contract.md)
Key = tuple[int, str]  # person's index, partner


@dataclass(frozen=True, slots=True)
class Quality:
    """Chances of what a partner's file holds. `full_names`: all official given names, else the call name, else initials only.
    `slip`: a typing error in the file. `hurry`: a record made at the scene, not from the file. `clients`: letter of its client numbers."""

    bsn: float
    full_names: float
    address: float
    outdated: float
    slip: float
    hurry: float
    clients: str = ""


QUALITY: dict[str, Quality] = {
    "politie": Quality(bsn=0.62, full_names=0.93, address=0.95, outdated=0.06, slip=0.015, hurry=0.12),
    "ambulance": Quality(bsn=0.75, full_names=0.75, address=0.85, outdated=0.05, slip=0.02, hurry=0.15),
    "ggz": Quality(bsn=0.995, full_names=0.96, address=0.98, outdated=0.04, slip=0.003, hurry=0.0, clients="C"),
    "gemeente": Quality(bsn=0.97, full_names=0.98, address=0.98, outdated=0.02, slip=0.003, hurry=0.0, clients="W"),
    "wonen": Quality(bsn=0.0, full_names=0.92, address=1.0, outdated=0.02, slip=0.01, hurry=0.0, clients="H"),
    "client": Quality(bsn=0.7, full_names=0.9, address=0.95, outdated=0.0, slip=0.01, hurry=0.0),
}


class Dossiers:
    """The partners' files, opened at the first contact; the same record again afterwards, except in a hurry."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._files: dict[Key, Identity] = {}

    def identity(self, person: Person, partner: str, careful: bool) -> Identity:
        """`careful`: at a desk, with documents: complete, and the file is put right."""
        key = (person.index, partner)
        if careful:
            self._files[key] = _complete(person, partner)
        elif key not in self._files:
            self._files[key] = _file(self._rng, person, partner)
        hurry = not careful and self._rng.random() < QUALITY[partner].hurry
        return _in_a_hurry(self._rng, self._files[key]) if hurry else self._files[key]


def _file(rng: Random, person: Person, partner: str) -> Identity:
    quality = QUALITY[partner]
    identity = _complete(person, partner)
    if rng.random() >= quality.bsn:
        identity.pop("bsn", None)
    if rng.random() >= quality.full_names:
        identity["givenNames"] = person.given_names[0] if rng.random() < 0.7 else f"{person.given_names[0][0]}."
    if rng.random() >= quality.address:
        identity = _without_address(identity)
    elif person.previous_address is not None and rng.random() < quality.outdated * 4:
        identity |= _address(person.previous_address)
    return _with_slip(rng, identity) if rng.random() < quality.slip else identity


def _complete(person: Person, partner: str) -> Identity:
    identity: Identity = {**person.registered}
    if clients := QUALITY[partner].clients:
        identity["clientNumber"] = f"{clients}-{10_000 + person.index * 7}"
    if partner == "wonen":
        del identity["bsn"]
    if not person.course.homeless:
        identity |= _address(person.address)
    return {name: value for name, value in identity.items() if value != ""}


def _address(address: Address) -> Identity:
    """`houseNumberSuffix` is None where there is none, so that it replaces an earlier one."""
    return {
        "postcode": address.postcode,
        "houseNumber": address.house_number,
        "houseNumberSuffix": address.suffix or None,
        "street": address.street,
        "city": address.city,
    }


def _without_address(identity: Identity) -> Identity:
    return {
        name: value
        for name, value in identity.items()
        if name not in ("postcode", "houseNumber", "houseNumberSuffix", "street", "city")
    }


def _in_a_hurry(rng: Random, identity: Identity) -> Identity:
    """On the street: seldom a BSN, sometimes the call name only, often no address, now and then a slip of the pen."""
    hasty = dict(identity)
    if rng.random() < 0.5:
        hasty.pop("bsn", None)
    if rng.random() < 0.3:
        hasty["givenNames"] = str(identity["givenNames"]).split()[0]
    if rng.random() < 0.4:
        hasty = _without_address(hasty)
    return _with_slip(rng, hasty) if rng.random() < 0.08 else hasty


def _with_slip(rng: Random, identity: Identity) -> Identity:
    """Two letters of the surname changed places, or the day of birth is one off."""
    surname, born = str(identity["surname"]), str(identity["birthDate"])
    if rng.random() < 0.6:
        at = rng.randrange(1, len(surname) - 1)
        return identity | {"surname": surname[:at] + surname[at + 1] + surname[at] + surname[at + 2 :]}
    day = int(born[8:])
    return identity | {"birthDate": f"{born[:8]}{day - 1 if day > 1 else 2:02d}"}
