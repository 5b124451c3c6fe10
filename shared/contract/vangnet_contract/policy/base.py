"""What every policy model shares: frozen, strict about unknown fields, camelCase in the files."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class PolicyModel(BaseModel):
    """A part of the policy. Unknown fields are refused: a misspelt rule must not silently not exist."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)
