"""Dutch names from Faker's nl_NL lists, without those that nobody bears today."""

import re
from random import Random
from typing import Literal

from faker.providers.person.nl_NL import Provider

Sex = Literal["m", "v"]

_PREFIXES = r"(?:van der|van den|van de|van 't|van|de la|de|den|der|ter|le|'t)"
_SURNAME = re.compile(rf"(?:({_PREFIXES}) )?([A-Z][a-zéëïöüè]{{2,}}(?:-[A-Z][a-z]+)?)")
_MEDIEVAL = re.compile(r"dr$|sz$|szoen$|dochter$|walde$|trud$")


def _surnames() -> list[tuple[str, str]]:
    """(prefix, surname); a name that stands in the list more than once is more common."""
    matches = (_SURNAME.fullmatch(name) for name in Provider.last_names)
    return [(match[1] or "", match[2]) for match in matches if match and not _MEDIEVAL.search(match[2])]


_GIVEN: dict[Sex, list[str]] = {
    "m": sorted(set(Provider.first_names_male)),
    "v": sorted(set(Provider.first_names_female)),
}
_SURNAMES = _surnames()


def pick_surname(rng: Random) -> tuple[str, str]:
    """(prefix, surname); the prefix may be empty."""
    return rng.choice(_SURNAMES)


def pick_given_names(rng: Random, sex: Sex) -> tuple[str, ...]:
    """One to three official given names."""
    return tuple(rng.sample(_GIVEN[sex], rng.choices((1, 2, 3), weights=(35, 45, 20))[0]))
