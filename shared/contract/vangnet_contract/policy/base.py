"""What every policy model shares: frozen, strict about unknown fields, camelCase in the files; and how contradictions are told."""

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

Place = tuple[int | str, ...]
"""Where in the policy: member, then keys and numbers as in the files."""


class PolicyModel(BaseModel):
    """A part of the policy. Unknown fields are refused: a misspelt rule must not silently not exist."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Contradiction(NamedTuple):
    """Parts of a policy that are right by themselves and wrong together."""

    place: Place
    rule: str


class Contradictions(ValueError):
    """All of them, together."""

    def __init__(self, problems: Sequence[Contradiction]) -> None:
        super().__init__("; ".join(problem.rule for problem in problems))
        self.problems = list(problems)
