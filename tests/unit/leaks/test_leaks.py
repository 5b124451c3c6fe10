"""The search for people finds what is planted, however it is written, and nothing where nothing is."""

import base64
import json
import quopri
import urllib.parse
from pathlib import Path
from random import Random

import msgspec
import pytest

from tests.e2e import leaks

ZOE = {
    "bsn": "999990019",
    "givenNames": "Zoë Maria",
    "prefix": "van der",
    "surname": "Dijk-Smit",
    "birthDate": "1980-05-07",
    "clientNumber": "C-10007",
    "postcode": "1315AB",
    "houseNumber": 12,
    "houseNumberSuffix": "b",
    "street": "Kerkstraat",
    "city": "Almere",
}
OTHERS = [{"bsn": "099990008", "surname": "Berg", "birthDate": "1975-11-30"}, {"clientNumber": "W-7"}, {}]
NEEDLES = leaks.identifiers([ZOE, *OTHERS])

PLANTED = {
    "bsn": ["burgerservicenummer 999990019", '{"bsn":999990019}', "9999.90.019", "999 990 019", "bsn=99990008;"],
    "client number": ["C-10007", "client/c-10007.json"],
    "name and birth date": [
        "v1|name|zoe maria|dyk smit|1980-05-07",
        '{"prefix":"van der","surname":"Dijk-Smit","birthDate":"1980-05-07"}',
        "mevrouw DIJK SMIT, geb. 7 mei 1980",
        "19800507 dijk-smit",
        "Berg (30-11-1975)",
    ],
    "full name": ["Zoë Maria van der Dijk-Smit", "ZOE MARIA DIJK SMIT", '"Zoë Maria","surname":"Dijk-Smit"'],
    "address": ["1315 AB 12", '"postcode":"1315AB","houseNumber":12', "v1|1315AB|12-B", "Kerkstraat 12b te Almere"],
}
WRITTEN = {
    "plain": lambda text: text.encode(),
    "json": lambda text: json.dumps({"value": text}).replace("19", "\\u0031\\u0039").encode(),
    "json in json": lambda text: json.dumps(json.dumps(text)).encode(),
    "url": lambda text: b"GET /x?q=" + urllib.parse.quote(text).encode() + b" HTTP/1.1",
    "url with plus": lambda text: b"q=" + urllib.parse.quote_plus(text).encode() + b"&n=1",
    "hex": lambda text: b"\\\\x" + text.encode().hex().encode(),
    "upper case hex": lambda text: b"0x" + text.encode().hex().upper().encode(),
    "base64": lambda text: b'"' + base64.b64encode(text.encode()) + b'"',
    "base64url without padding": lambda text: b"x: " + base64.urlsafe_b64encode(text.encode()).rstrip(b"="),
    "base64 behind something": lambda text: b"ab/" + base64.b64encode(text.encode()),
    "base64 in lines": lambda text: base64.encodebytes(b"x" * 100 + b" " + text.encode()),
    "base64 of JSON with base64": lambda text: base64.b64encode(b'{"payload":"%s"}' % base64.b64encode(text.encode())),
    "quoted-printable": lambda text: quopri.encodestring(b"Geachte heer of mevrouw, " * 2 + text.encode() + b" \xc3\xab"),
    "msgpack": lambda text: msgspec.msgpack.encode([1, {"a": text}, Random(1).randbytes(8)]),
    "msgpack in hex": lambda text: msgspec.msgpack.encode([1, {"a": text}]).hex().encode(),
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in PLANTED.items() for text in texts])
def test_what_is_planted_is_found(kind: str, text: str, written: str) -> None:
    hay = b"a log line of 2026-03-01T01:40:00+01:00\n" * 20
    found = leaks.scan(NEEDLES, "here", hay + WRITTEN[written](text) + b"\n" + hay)
    assert kind in {finding.kind for finding in found}, found
    assert {finding.place for finding in found} == {"here"}


def test_a_finding_says_where_and_how_and_never_which() -> None:
    (found,) = leaks.scan(NEEDLES, "topic x/0", base64.b64encode(b"999990019"))
    assert found == leaks.Finding("bsn", "topic x/0", "base64")


@pytest.mark.parametrize(
    "clean",
    [
        b"999990020 9999900190 1999990019 99999001 v999990019999",
        b"Zo\xc3\xab Maria de Wit, 1980-05-07; Dijk, Smit",
        b"Dijk-Smit, 1980-05-08; Zo\xc3\xab Dijk-Smit",
        b"surname Dijk-Smit" + b"." * 400 + b"1980-05-07",
        b"1315AB 13; Kerkstraat 13",
        b"1315AC 12; Dorpstraat 12",
        b"\\\\x00ab999990019cd0000000000000000000 sha256:999990019" + b"abcdef" * 9,
        b" C-10008; XC-10007; C-100071",
        b'{"id":"2026-000123","time":"2026-03-01T02:10:00+01:00","municipality":"GM0034"}' * 50,
        b"",
    ],
)
def test_what_only_resembles_is_not_found(clean: bytes) -> None:
    assert leaks.scan(NEEDLES, "here", clean) == []


def test_nothing_is_found_in_what_is_random() -> None:
    many = leaks.identifiers(
        {"bsn": str(999_999_999 - n), "clientNumber": f"C-{10_000 + 7 * n}", "surname": "Berg", "birthDate": f"{1940 + n % 60}-05-17",
         "givenNames": "Anna Maria", "postcode": f"1{n % 1000:03}AB", "houseNumber": 1 + n % 80} for n in range(4000)
    )  # fmt: skip
    noise = Random(1).randbytes(200_000)  # the same each time: nine digits in a row are a given number once in 300 runs
    for written in (noise, base64.b64encode(noise), base64.urlsafe_b64encode(noise), noise.hex().encode()):
        assert leaks.scan(many, "here", written) == []


def test_files_of_a_data_folder_but_the_partners_own_and_the_servers(tmp_path: Path) -> None:
    for name in (
        "logs/ingest.log",
        "platform.json",
        "partners/politie/in.jsonl",
        "kafka/data/0.log",
        "postgres/data/1",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("999990019\n")
    places = [found.place for place, data in leaks.logs(tmp_path) for found in leaks.scan(NEEDLES, place, data)]
    assert places == ["file logs/ingest.log", "file platform.json"]


def test_a_large_file_comes_in_pieces_and_none_of_it_is_left_out(tmp_path: Path) -> None:
    lines = b"".join(b"%d a line like every other\n" % number for number in range(100_000))
    (tmp_path / "x.log").write_bytes(lines)
    pieces = [data for _, data in leaks.logs(tmp_path)]
    assert len(pieces) > 1
    assert b"".join(pieces) == lines
