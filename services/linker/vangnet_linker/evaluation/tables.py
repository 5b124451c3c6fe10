"""Which of the tables that ship fits a set of records."""


def table_for(kind: str, *, register: bool) -> str:
    """The name of a table. What a postcode says differs by country; a register of everybody holds twins and families,
    a list of clients hardly any; and where there is no postcode, names and dates must do."""
    if kind == "dutch":
        return "netherlands"
    if kind == "none":
        return "names"
    return "population" if register else "clients"
