"""The parts of a person that token scheme v2 combines. Each is "" where there is nothing usable; a part alone is never a token.

Partners in other languages follow the golden vectors in vangnet_contract/vectors/pseudonym.json (`combinations`). Rules and word lists
are part of the scheme: changing one changes tokens, so it needs a new version.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from vangnet_pseudonym.canonical import Note, Unusable, canonical
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.parts import addresses, dates, names
from vangnet_pseudonym.parts.sounds import sound

T = TypeVar("T")


class Parts(NamedTuple):
    """All of a–z, 0–9 and spaces, upper case in a postcode only; the examples are of Anna Maria van der Berg."""

    bsn: str
    client_number: str
    given: str  # anna: the first given name, or ""  when there are initials only
    given_start: str  # ann
    given_end: str  # nna
    given_sound: str  # an
    surname: str  # berg: her own name, without prefixes; of a double name the last
    surname_start: str  # ber
    surname_sound: str  # brg
    initials: str  # ab: of given name and surname, sorted, so that exchanged names agree
    date: str  # 19800517
    date_digits: str  # 00115789: sorted, so that exchanged digits, and day and month, agree
    year: str  # 1980
    year_month: str  # 198005
    year_day: str  # 1980-17
    month_day: str  # 0517
    postcode: str  # 1315AB
    postcode_characters: str  # 1135AB: sorted
    region: str  # 13
    number: str  # 12
    street: str  # kerk: its first four letters
    city: str  # alme
    city_sound: str  # almr


def parts(person: Person, *, foreign: bool = False) -> tuple[Parts, tuple[Note, ...]]:
    """The parts, and what was left out. `foreign`: a postcode of any country is one."""
    notes: list[Note] = []
    plain = canonical(person)
    given, surname = _tried(notes, "givenNames", names.given, person), _tried(notes, "surname", names.surname, person)
    born = _tried(notes, "birthDate", dates.date_parts, person) or dates.NO_DATE
    postcode = _tried(notes, "postcode", addresses.foreign_postcode if foreign else addresses.postcode, person) or ""
    street = _tried(notes, "street", addresses.street, person) or ""
    city = _tried(notes, "city", addresses.city, person) or ""
    full = given if given and len(given) > 1 else ""
    found = Parts(
        bsn=plain.bsn,
        client_number=plain.client_number,
        given=full,
        given_start=full[:3],
        given_end=full[-3:],
        given_sound=sound(full),
        surname=surname or "",
        surname_start=(surname or "")[:3],
        surname_sound=sound(surname or ""),
        initials="".join(sorted(given[0] + surname[0])) if given and surname else "",
        date=born.date,
        date_digits="".join(sorted(born.date)),
        year=born.year,
        year_month=born.year + born.month if born.month else "",
        year_day=f"{born.year}-{born.day}" if born.date else "",
        month_day=born.month + born.day if born.date else "",
        postcode=postcode,
        postcode_characters="".join(sorted(postcode)),
        region=postcode[:2],
        number=addresses.number(person),
        street=street[:4],
        city=city[:4],
        city_sound=sound(city),
    )
    return found, (*(note for note in plain.notes if note.field in ("bsn", "clientNumber")), *notes)


def _tried(notes: list[Note], field: str, rule: Callable[[Person], T], person: Person) -> T | None:
    try:
        return rule(person)
    except Unusable as why:
        notes.append(Note(field, str(why)))
        return None
