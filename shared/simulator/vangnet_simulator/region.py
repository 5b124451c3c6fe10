"""The region: where a simulation starts."""

from collections.abc import Mapping
from datetime import date
from random import Random

from vangnet_simulator.partners import PARTNERS
from vangnet_simulator.population import Shape, people
from vangnet_simulator.simulation import Simulation

DEFAULT_PERSONS = 4470  # people whom partners may meet: gives the published figures of Flevoland in a year
DEFAULT_START = date(2026, 1, 1)


class Region:
    """A Flevoland-like region. `shape` holds the shares and rates; the default one is calibrated."""

    @staticmethod
    def generate(
        seed: int = 1,
        days: int = 365,
        persons: int = DEFAULT_PERSONS,
        start_date: date = DEFAULT_START,
        *,
        shape: Shape | None = None,
        heartbeat_hours: int = 0,
        sources: Mapping[str, str] | None = None,
    ) -> Simulation:
        """The events registered on `days` local days from `start_date`. The same arguments give the same bytes.

        `heartbeat_hours`: each partner says every so many hours that all was sent; 0 = never.
        `sources`: the CloudEvents source of a partner where it is not the one of PARTNERS.
        Raises ValueError when an argument is out of range.
        """
        for name, value, least in (("days", days, 1), ("persons", persons, 1), ("heartbeat_hours", heartbeat_hours, 0)):
            if value < least:
                raise ValueError(f"{name} must be at least {least}, not {value}")
        shape = shape or Shape()
        inhabitants = people(Random(f"people {seed}"), shape, start_date.year, persons)
        return Simulation(
            inhabitants,
            seed=seed,
            days=days,
            start_date=start_date,
            heartbeat_hours=heartbeat_hours,
            sources={partner.name: partner.source for partner in PARTNERS} | dict(sources or {}),
        )
