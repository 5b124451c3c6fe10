"""The arithmetic of the chain, on lines made here."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
from vangnet_contract.messages import TrailHead
from vangnet_notifier.domain.chain import BEGINNING, FIELDS, Content, Line, content_hash, line_hash
from vangnet_notifier.domain.verification import Verifier

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def content(number: int, **fields: object) -> Content:
    said = (
        dict.fromkeys(FIELDS) | {"at": AT, "user_id": "u", "user_name": "Ünal", "action": "view", "added": 0} | fields
    )
    return Content(id=number, salt=bytes([number]) * 32, fields=said)


def chain(*contents: Content) -> list[Line]:
    lines: list[Line] = []
    for place, said in enumerate(contents, 1):
        blank = Line(id=said.id, day=AT.date(), place=place, recorded_at=AT, payload_hash=content_hash(said), hash=b"")
        before = lines[-1].hash if lines else BEGINNING
        lines.append(msgspec.structs.replace(blank, hash=line_hash(blank, before)))
    return lines


def findings(lines: list[Line], contents: list[Content | None], heads: list[TrailHead] | None = None) -> list[str]:
    verifier = Verifier(heads)
    for line, said in zip(lines, contents, strict=True):
        verifier.take(line, said)
    return verifier.verdict(AT + timedelta(minutes=5)).findings


def test_what_is_hashed_can_mean_one_thing_only() -> None:
    text = "at:16:1772352000000000,user_id:1:u,user_name:5:Ünal,action:5:erase,added:1:0,erases:3:1+2,"
    said = content(1, action="erase", erases=[1, 2])
    assert content_hash(said) == sha256(said.salt + text.encode()).digest()
    assert content_hash(content(1, choice="a", recipient="b")) != content_hash(content(1, choice="a,recipient:1:b"))


def test_a_day_that_does_not_count_on_is_found_even_when_its_hash_is_right() -> None:
    said = [content(1), content(2)]
    first, second = chain(*said)
    moved = msgspec.structs.replace(second, place=5)
    moved = msgspec.structs.replace(moved, hash=line_hash(moved, first.hash))
    assert findings([first, second], [*said]) == []
    assert findings([first, moved], [*said]) == [f"{moved} does not count on from {first}"]


def test_content_may_be_gone_when_a_line_says_so_and_not_otherwise() -> None:
    said = [content(1), content(2), content(3, action="erase", erases=[1])]
    lines = chain(*said)
    assert findings(lines, [None, said[1], said[2]]) == []
    assert findings(lines, [said[0], None, said[2]]) == [
        f"what {lines[1]} said is gone, and no line says that it was erased"
    ]


def test_heads_vouch_for_every_line_up_to_theirs() -> None:
    said = [content(1), content(2)]
    lines = chain(*said)
    head = TrailHead(day=AT.date(), line=2, place=2, hash=lines[1].hash.hex(), at=AT)
    other = chain(content(1), content(2, user_id="x"))
    assert findings(lines, [*said], [head]) == []
    assert len(findings(other, [said[0], content(2, user_id="x")], [head])) == 1
    assert len(findings(lines[:1], [said[0]], [head])) == 1
