"""Reads one line of input (contract.md). Strict: what is misspelt or given twice is named, not ignored."""

import json
import re
from typing import Any, NamedTuple

import msgspec
from vangnet_contract.event import Release, RetractReason
from vangnet_contract.reasons import Problem, Reason
from vangnet_pseudonym.identity import Person

MAX_LINE_BYTES = 64 * 1024
_SPACED_COLON = re.compile(rb'"[ \t\r\n]+:')


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """One thing to report. Times are RFC 3339 with offset, kept as given; every id is the partner's own."""

    id: str
    type: str
    registered_at: str
    occurred_at: str | None = None
    municipality: str | None = None
    district: str | None = None
    incident: str | None = None
    grondslag: str | None = None
    vrijgave: Release | None = None
    details: dict[str, str] = {}
    person: Person | None = None
    corrects: str | None = None
    retracts: str | None = None
    reason: RetractReason | None = None

    @property
    def canonical(self) -> bytes:
        """The same bytes for the same content, however the line was written."""
        return encode_line(self)


class Unreadable(NamedTuple):
    """A line that is not of the form: everything wrong with it, and its own id when that can be read."""

    id: str | None
    problems: list[Problem]


encode_line = msgspec.json.Encoder(order="deterministic").encode
decode_line = msgspec.json.Decoder(Line).decode


def read_line(raw: bytes) -> Line | Unreadable:
    """One line as given. Problems name fields and rules, never values."""
    if len(raw) > MAX_LINE_BYTES:
        return Unreadable(None, [Problem(Reason.TOO_LARGE, "", f"is {len(raw)} bytes, at most {MAX_LINE_BYTES}")])
    try:
        line = decode_line(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _unreadable(raw)
    twice = [] if _each_once(raw) else _given_twice(raw)
    return Unreadable(line.id, twice) if twice else line


def _each_once(raw: bytes) -> bool:
    """A quick look at a readable line: as many `":` as there are different members. False = look closely."""
    if b'\\"' in raw or _SPACED_COLON.search(raw):
        return False
    return raw.count(b'":') == _members(msgspec.json.decode(raw))


def _members(value: dict[str, Any]) -> int:
    return len(value) + sum(len(inner) for inner in value.values() if isinstance(inner, dict))


def _unreadable(raw: bytes) -> Unreadable:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return Unreadable(None, [Problem(Reason.NOT_JSON, "", "is not JSON in UTF-8")])
    if not isinstance(value, dict):
        return Unreadable(None, [Problem(Reason.WRONG_VALUE, "", "must be a JSON object")])
    own_id = value["id"] if _is_text(value.get("id")) else None
    problems = [*_given_twice(raw), *_form_problems(Line, value, "")]
    return Unreadable(own_id, problems or [Problem(Reason.NOT_JSON, "", "is not JSON in UTF-8")])


def _given_twice(raw: bytes) -> list[Problem]:
    problems: list[Problem] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1})
            problems.extend(Problem(Reason.DUPLICATE_MEMBER, _shown(name), "is given more than once") for name in twice)
        return members

    json.loads(raw, object_pairs_hook=members)
    return problems


def _form_problems(struct: type[msgspec.Struct], value: dict[str, Any], path: str) -> list[Problem]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    unknown = sorted(value.keys() - fields.keys())
    problems = [Problem(Reason.UNKNOWN_MEMBER, path + _shown(name), "is not a field of a line") for name in unknown]
    for name, field in fields.items():
        if name not in value:
            if field.required:
                problems.append(Problem(Reason.MISSING_MEMBER, path + name, "is required"))
        else:
            problems += _value_problems(field.type, value[name], path + name)
    return problems


def _value_problems(kind: Any, value: Any, path: str) -> list[Problem]:
    try:
        msgspec.convert(value, kind)
    except UnicodeEncodeError:
        return [Problem(Reason.WRONG_VALUE, path, "has half of a character (a lone surrogate)")]
    except msgspec.ValidationError:
        inner = next((part for part in getattr(kind, "__args__", (kind,)) if _is_struct(part)), None)
        if inner is not None and isinstance(value, dict):
            return _form_problems(inner, value, f"{path}.")
        return [Problem(Reason.WRONG_VALUE, path, f"must be {_expected(kind)}")]
    return []


def _is_text(value: Any) -> bool:
    """Half of a surrogate pair is no text: it cannot be written anywhere, not even in the answer."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _expected(kind: Any) -> str:
    """The kind of value in words: `text or null`, `one of onjuist, dubbel`."""
    schema = msgspec.json.schema(kind)
    return " or ".join(dict.fromkeys(_words(part) for part in schema.get("anyOf", [schema])))


def _words(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(value for value in schema["enum"] if value is not None)
    names = {"string": "text", "integer": "a whole number", "null": "null", "boolean": "true or false"}
    if schema.get("type") == "object":
        return "an object with texts" if "additionalProperties" in schema else "an object"
    return names.get(schema.get("type", ""), "an object")


def _shown(name: str) -> str:
    """A member's name may itself be an identifier: only harmless ones are repeated."""
    return name if re.fullmatch(r"[A-Za-z]{1,32}", name) else "(a member)"
