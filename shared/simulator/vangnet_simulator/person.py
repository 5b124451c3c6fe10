"""Who the invented people are, and what of them decides how often and why partners meet them."""

from dataclasses import dataclass
from typing import Literal

from vangnet_simulator.names import Sex
from vangnet_simulator.places import Address

CareKind = Literal["ggz", "outreach", "support", "sheltered", "shelter"]


@dataclass(frozen=True, slots=True)
class Course:
    """How life goes. `spells_per_year`: starts of a bad period. `persistence`: chance that one more occurrence follows the last.
    `care`: the kind of care that the person is in around a bad period, or None. `reported`: False for someone who is only in care."""

    spells_per_year: float
    persistence: float
    care: CareKind | None
    homeless: bool
    suicidal: bool
    reported: bool


@dataclass(frozen=True, slots=True)
class Person:
    """`id` is the truth and never leaves the simulation in an event. `given_names` are the official ones; the first is the call name."""

    id: str
    index: int
    household: int
    bsn: str
    given_names: tuple[str, ...]
    prefix: str
    surname: str
    birth_date: str
    sex: Sex
    address: Address
    previous_address: Address | None
    course: Course

    @property
    def registered(self) -> dict[str, str]:
        """Number, names, date and sex as the register of persons has them, by the contract's names."""
        return {
            "bsn": self.bsn,
            "givenNames": " ".join(self.given_names),
            "prefix": self.prefix,
            "surname": self.surname,
            "birthDate": self.birth_date,
            "sex": self.sex,
        }
