"""`check`: which tokens a line would have, which fields give none, what would be left out; never a value."""

import msgspec
from vangnet_partner.checking import Checked, checked
from vangnet_partner.lines.survey import Numbered, numbered, survey
from vangnet_pseudonym.scheme import V2

from tests.unit.partner.lines import AMBULATORY, GONE, PERSON, changed


def check(*raws: bytes) -> list[Checked]:
    lines: list[Numbered] = list(numbered(raws))
    return list(checked(lines, survey(lines, True, lambda canonical: canonical), "politie"))


def test_the_kinds_of_token_are_named() -> None:
    (good,) = check(changed())
    assert (good.status, good.notes) == ("ok", [])
    assert good.tokens == [kind.name for kind in V2.kinds]


def test_fields_that_make_no_token_are_named_with_the_rule() -> None:
    (line,) = check(changed(person=PERSON | {"bsn": "123456789", "birthDate": "1900-01-01"}))
    assert line.tokens[0] == "client"
    assert not [name for name in line.tokens if "bsn" in name or "date" in name or "year" in name]
    assert {note.field for note in line.notes} == {"person.bsn", "person.birthDate"}


def test_a_person_without_any_token_is_said_to_be_left_out() -> None:
    (line,) = check(changed(person={"surname": "onbekend"}))
    assert line.tokens == []
    assert line.notes[-1].rule == "gives no token: the event is sent without a person"


def test_what_is_left_out_of_a_sensitive_event_is_said() -> None:
    (line,) = check(changed(type=AMBULATORY, details={"fase": "einde", "reden": "uitval"}, person=GONE))
    assert {note.field for note in line.notes} == {"district", "details"}


def test_refused_lines_come_with_everything_wrong() -> None:
    good, refused = check(changed(), changed(id="b", municipality="GM9999", district=GONE))
    assert (good.status, refused.status, refused.line) == ("ok", "refused", 2)
    assert [problem.field for problem in refused.problems] == ["municipality"]


def test_no_value_is_told() -> None:
    told = msgspec.json.encode(check(changed(person=PERSON | {"bsn": "123456789"}), changed(id="b", type="x")))
    for value in ("123456789", "Berg", "Anna", "1980", "1315AB", "Kerkstraat"):
        assert value.encode() not in told
