"""Made-up people as profiles: tokens as a partner makes them, with a plain hash for the VOPRF."""

from typing import Any

from vangnet_linker.domain.linkage.graph import AboutProfile, Graph
from vangnet_linker.domain.linkage.neighbourhood import Working
from vangnet_linker.domain.linkage.pattern import Profile
from vangnet_linker.domain.linkage.weights import prior, shipped
from vangnet_linker.evaluation.records import profile_of

TABLE = shipped().tables["netherlands"]
WORKING = Working(prior(0.5, 10_000))
JAN = {
    "givennames": "Jan", "prefix": "de", "surname": "Vries", "birthdate": "1980-05-17", "postcode": "1315AB",
    "housenumber": "12", "street": "Kerkstraat", "city": "Almere",
}  # fmt: skip
PIET = JAN | {"givennames": "Pieter"}


def profile(*, source: str = "ggz", **fields: str) -> Profile:
    """Of the fields of JAN, with other ones in their place; "" leaves a field out."""
    return profile_of(JAN | {"source": source} | fields)


def graph() -> Graph[Any]:
    """An empty one with the shipped weights."""
    return Graph(TABLE, WORKING)


def persons(*profiles: Profile) -> set[frozenset[Any]]:
    """Which of these are one person, by their places."""
    made = graph()
    made.change([AboutProfile(place, profile) for place, profile in enumerate(profiles)])
    return set(made.persons())
