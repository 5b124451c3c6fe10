"""A synthetic OGGz region: invented people, the events that six partners report about them, and who they really are."""

from vangnet_simulator.partners import PARTNERS, Partner
from vangnet_simulator.person import Person
from vangnet_simulator.records import Entry, Record, TruthRow
from vangnet_simulator.region import DEFAULT_PERSONS, DEFAULT_START, Region
from vangnet_simulator.simulation import Simulation

__all__ = [
    "DEFAULT_PERSONS",
    "DEFAULT_START",
    "PARTNERS",
    "Entry",
    "Partner",
    "Person",
    "Record",
    "Region",
    "Simulation",
    "TruthRow",
]
