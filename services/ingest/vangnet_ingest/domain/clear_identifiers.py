"""Finds what may name someone, in fields that everyone on the way can read. Says where and what kind, never the value.

The rules are the contract's (`clear_text`), so that a partner's check knows them beforehand. `source`, signature and seal are
not looked at.
"""

import json
from collections.abc import Iterator
from typing import Any

from vangnet_contract.clear_text import in_reference, in_text
from vangnet_contract.event import EventData
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.taxonomy import OPAQUE, event_types

from vangnet_ingest.domain.case import Case
from vangnet_ingest.domain.references import event_ids, shown


def no_identifier_in_clear(case: Case) -> Iterator[Problem]:
    """Looks through everything that is the partner's own wording."""
    for field, value in _references(case):
        if kind := in_reference(value, case.now):
            yield _problem(field, kind)
    for name, value in case.event.data.details.items():
        if kind := in_text(name) or (None if _is_reference(case, name) else in_text(value)):
            yield _problem(f"data.details.{shown(name)}", kind)


def unknown_members(raw: bytes) -> list[Problem]:
    """The same for what is not a member of an event at all; `raw` is a JSON object that was refused for that."""
    value = json.loads(raw)
    data = value.get("data")
    places = [("", value, _CONTEXT)] + ([("data.", data, _DATA)] if isinstance(data, dict) else [])
    return [
        _problem(path + shown(name), kind)
        for path, members, known in places
        for name in members.keys() - known
        if (kind := in_text(name) or _in_any(members[name]))
    ]


def _references(case: Case) -> Iterator[tuple[str, str]]:
    data = case.event.data
    yield from event_ids(case)
    if data.incident is not None:
        yield "data.incident", data.incident
    if case.event.dataschema is not None:
        yield "dataschema", case.event.dataschema
    for name, value in data.details.items():
        if _is_reference(case, name):
            yield f"data.details.{name}", value


def _is_reference(case: Case, detail: str) -> bool:
    event_type = event_types().get(case.event.type)
    return event_type is not None and event_type.details.get(detail) == (OPAQUE,)


def _in_any(value: Any) -> str | None:
    """Looks through JSON of any depth."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif kind := in_text(value if isinstance(value, str) else str(value)):
            return kind
    return None


def _problem(field: str, kind: str) -> Problem:
    return Problem(Reason.IDENTIFIER_IN_CLEAR, field, f"holds what looks like {kind}")


_CONTEXT = frozenset(
    ("specversion", "id", "source", "type", "time", "datacontenttype", "dataschema", "dssematerial", "data")
)
_DATA = frozenset(EventData.__struct_encode_fields__)
