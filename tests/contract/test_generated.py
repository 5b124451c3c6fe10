"""What machines read of the contract is what the code says, and older messages stay readable."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from vangnet_contract import messages
from vangnet_contract.asyncapi import CARRIED, MESSAGES, SEALED, asyncapi, documents, schemas
from vangnet_contract.topics import catalogue

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.mark.parametrize("path", sorted(documents()))
def test_the_checked_in_documents_are_what_the_code_generates(path: str) -> None:
    stored = (ROOT / "docs" / "contract" / path).read_text(encoding="utf-8")
    assert stored == documents()[path], "run: uv run python -m vangnet_contract.asyncapi docs/contract"


def test_every_topic_says_what_it_carries() -> None:
    assert {topic.name for topic in catalogue(["{partner}"])} == set(CARRIED)
    assert set(schemas()) == {name for names in CARRIED.values() for name in names} | set(SEALED)
    for channel in asyncapi()["channels"].values():
        assert channel["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == ["delete"]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_messages_of_earlier_releases_are_read_as_they_were_meant(path: Path) -> None:
    raw = path.read_bytes()
    kind = MESSAGES[path.stem.split(".")[0]]
    message = msgspec.json.decode(raw, type=kind)
    jsonschema.validate(json.loads(raw), schemas()[path.stem.split(".")[0]])
    written = json.loads(messages.encode(message))
    assert covers(written, json.loads(raw))


def covers(written: object, given: object) -> bool:
    """Whether everything that was given is written again, at every depth; more may be written."""
    if isinstance(given, dict) and isinstance(written, dict):
        return all(name in written and covers(written[name], value) for name, value in given.items())
    if isinstance(given, list) and isinstance(written, list):
        return len(given) == len(written) and all(map(covers, written, given))
    return written == given


def test_there_is_an_earlier_message_of_every_kind() -> None:
    assert {path.stem.split(".")[0] for path in GOLDEN} == set(MESSAGES)


def test_a_reader_ignores_members_that_it_does_not_know() -> None:
    assert messages.decode_persons(
        b'{"kind":"tick","schema":1,"at":"2026-01-01T00:00:00Z","new":1}'
    ) == messages.decode_persons(b'{"kind":"tick","schema":1,"at":"2026-01-01T00:00:00Z"}')
