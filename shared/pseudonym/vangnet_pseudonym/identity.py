"""A person as a partner knows them. It never leaves the partner's process; nothing here prints it."""

import msgspec


class Person(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, repr_omit_defaults=True
):
    """Every field is optional. `birth_date` is YYYY-MM-DD; `house_number` without its suffix."""

    bsn: str | None = None
    given_names: str | None = None
    prefix: str | None = None
    surname: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    client_number: str | None = None
    postcode: str | None = None
    house_number: int | None = None
    house_number_suffix: str | None = None
    street: str | None = None
    city: str | None = None

    def __repr__(self) -> str:
        return "Person(…)"
