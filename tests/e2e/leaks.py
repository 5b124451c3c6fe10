"""Looks for people in everything that a platform keeps or shows. A finding says what kind of identifier lies where, never which.

`identifiers` prepares the people to look for, `scan` looks through one haystack in every usual encoding, and the generators
at the end give the haystacks of a running platform as (place, bytes).
"""

import base64
import json
import quopri
import re
import subprocess
import unicodedata
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from vangnet_local.postgres import BINARIES

NEAR = 200
"""Characters between two parts of an identity (a name and a date of birth) that make them one."""

APART = b"\n" * NEAR
"""Between two things that have nothing to do with each other."""

PIECE = 1 << 20
"""Bytes of a haystack, about."""

DEPTH = 3
"""Encodings within encodings: base64 in JSON in base64."""

Haystack = tuple[str, bytes]


class Finding(NamedTuple):
    """An identifier of somebody: its kind, the place, and how it was written there. Never the value."""

    kind: str
    place: str
    encoding: str


class Needles(NamedTuple):
    """Whom to look for; all text as `folded` gives it. A pattern is None when there is nothing of its kind.

    `surnames`: by date of birth; `bearers`: surnames by the first two given names; `homes`: house numbers by postcode.
    """

    bsns: frozenset[str]
    clients: re.Pattern[str] | None
    client_numbers: frozenset[str]
    surnames: Mapping[str, frozenset[str]]
    bearers: Mapping[tuple[str, str], frozenset[str]]
    homes: Mapping[str, frozenset[str]]
    streets: frozenset[tuple[str, str]]


def identifiers(persons: Iterable[Mapping[str, Any]]) -> Needles:
    """From identities as partners write them (contract.md: `person`); every field is optional."""
    known = [{name: folded(str(value)) for name, value in person.items() if value} for person in persons]
    clients = frozenset(person["clientnumber"] for person in _with(known, "clientnumber"))
    births = _grouped(
        (person["birthdate"], person["surname"].replace("-", " ")) for person in _with(known, "birthdate", "surname")
    )
    return Needles(
        bsns=frozenset(form for person in _with(known, "bsn") for form in (person["bsn"], person["bsn"].lstrip("0"))),
        clients=_any_of_these_forms(clients),
        client_numbers=clients,
        surnames=births,
        bearers=_grouped(
            ((names[0], names[1]), person["surname"].replace("-", " "))
            for person in _with(known, "givennames", "surname")
            if len(names := re.findall(r"[^\W\d_]+", person["givennames"])) > 1
        ),
        homes=_grouped(
            (person["postcode"].replace(" ", ""), person["housenumber"] + suffix)
            for person in _with(known, "postcode", "housenumber")
            for suffix in _suffixes(person)
        ),
        streets=frozenset(
            (person["street"], person["housenumber"] + suffix)
            for person in _with(known, "street", "housenumber")
            for suffix in _suffixes(person)
            if person["street"].isalpha()
        ),
    )


def folded(text: str) -> str:
    """One spelling: no case, no diacritics, ij and y one letter (as canonicalisation does)."""
    plain = text.casefold()
    if not plain.isascii():
        plain = _COMBINING.sub("", unicodedata.normalize("NFKD", plain))
    return plain.replace("ij", "y")


def _suffixes(person: Mapping[str, str]) -> set[str]:
    """The house number is looked for without and with its suffix."""
    return {"", person.get("housenumbersuffix", "")}


def _with(known: list[dict[str, str]], *fields: str) -> list[dict[str, str]]:
    lowered = ({name.lower(): value for name, value in person.items()} for person in known)
    return [person for person in lowered if all(person.get(field) for field in fields)]


def _grouped(pairs: Iterable[tuple[Any, str]]) -> dict[Any, frozenset[str]]:
    groups: dict[Any, set[str]] = defaultdict(set)
    for key, value in pairs:
        groups[key].add(value)
    return {key: frozenset(values) for key, values in groups.items()}


def _any_of_these_forms(numbers: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for the forms that the numbers have (C-10007: c-\\d{5}), not for each number."""
    forms = {re.sub(r"\d+", lambda run: rf"\d{{{len(run[0])}}}", re.escape(number)) for number in numbers}
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(sorted(forms))})(?![a-z0-9])") if forms else None


def scan(needles: Needles, place: str, data: bytes) -> list[Finding]:
    """Every kind of identifier that lies here, in whatever encoding; each once for a place and encoding."""
    found: dict[Finding, None] = {}
    for encoding, view in views(data):
        text = folded(view.decode("utf-8", "replace"))
        for kind, search in SEARCHES.items():
            if search(needles, text):
                found[Finding(kind, place, encoding)] = None
    return list(found)


def _bsn(needles: Needles, text: str) -> bool:
    """Eight or nine digits, also grouped with dots, blanks or hyphens; but not those of a hash or of packed bytes."""
    return any(re.sub(r"\D", "", run) in needles.bsns for run in _DIGITS.findall(_HASHES.sub(" ", text)))


def _client_number(needles: Needles, text: str) -> bool:
    return needles.clients is not None and any(n in needles.client_numbers for n in needles.clients.findall(text))


def _name_and_birth_date(needles: Needles, text: str) -> bool:
    """1980-05-17, 19800517, 17-5-1980 or 17 mei 1980, and the surname close to it."""
    dates = ((_iso(date), date) for form in (_DATES, _DUTCH_DATES) for date in form.finditer(text))
    return any(_near(needles.surnames.get(iso, ()), text, date) for iso, date in dates)


def _full_name(needles: Needles, text: str) -> bool:
    """Two given names and the surname: without a date enough to be known by."""
    pairs = (((_word_before(text, gap), gap[1]), gap) for gap in _BETWEEN_WORDS.finditer(text))
    return any(_near(needles.bearers.get(pair, ()), text, gap) for pair, gap in pairs)


def _address(needles: Needles, text: str) -> bool:
    """Postcode and house number close together, or street and house number side by side."""
    if any((_word_before(text, number), number[1]) in needles.streets for number in _AFTER_WORD.finditer(text)):
        return True
    return any(_near(needles.homes.get(code[1] + code[2], ()), text, code) for code in _POSTCODES.finditer(text))


def _word_before(text: str, match: re.Match[str]) -> str:
    """The letters that end where the match begins."""
    start = match.start()
    while start and text[start - 1].isalpha():
        start -= 1
    return text[start : match.start()]


SEARCHES: dict[str, Callable[[Needles, str], bool]] = {
    "bsn": _bsn,
    "client number": _client_number,
    "name and birth date": _name_and_birth_date,
    "full name": _full_name,
    "address": _address,
}
MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december")  # fmt: skip
_BLANKS = str.maketrans("-+", "  ")
_COMBINING = re.compile("[\u0300-\u036f]+")
_DIGITS = re.compile(r"\d(?<!\d\d)(?:[ +.\-]?\d){7,8}(?!\d)", re.ASCII)
_HASHES = re.compile(r"(?=\d*[a-f])[0-9a-f]{32,}", re.ASCII)
"""A dump holds millions of such digits, nine of them in a row 2,000 times in a million: among them somebody's number, once in
some hundred runs. What they spell is looked at by itself (`_hex`)."""
_DATES = re.compile(r"([12]\d{3})(?<!\d{5})[-/.]?(\d\d)[-/.]?(\d\d)(?!\d)", re.ASCII)
_DUTCH_DATES = re.compile(rf"(\d\d?)[-/. +](\d\d?|{'|'.join(MONTHS)})[-/. +]([12]\d{{3}})(?!\d)", re.ASCII)
_BETWEEN_WORDS = re.compile(r"[ +-](?<=[^\W\d_].)(?=([^\W\d_]+))")
_AFTER_WORD = re.compile(r"[ +](?<=[^\W\d_].)(\d{1,5}[a-z]?)(?![^\W_])", re.ASCII)
_POSTCODES = re.compile(r"([1-9]\d{3})(?<![a-z0-9+/_]\d{4})[ +]?([a-z]{2})(?![a-z0-9])", re.ASCII)


def _near(words: Iterable[str], text: str, anchor: re.Match[str]) -> bool:
    """Whether one of the words (names, numbers) stands near the anchor, as a word of its own."""
    if not words:
        return False
    around = f"{text[max(0, anchor.start() - NEAR) : anchor.start()]} | {text[anchor.end() : anchor.end() + NEAR]}"
    around = around.translate(_BLANKS)
    return any(re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", around) for word in words)


def _iso(date: re.Match[str]) -> str:
    first, month, last = date.groups()
    if len(first) == 4:
        return f"{first}-{month}-{last}"
    return f"{last}-{MONTHS.index(month) + 1 if month in MONTHS else int(month):02}-{int(first):02}"


def views(data: bytes, depth: int = DEPTH) -> Iterator[tuple[str, bytes]]:
    """The data as it is, and all that it may hold in another encoding, also one within another."""
    yield "plain", data
    yield from ((name, view) for name, unescape in ESCAPES.items() if (view := unescape(data)))
    for name, decode in ENCODINGS.items() if depth else ():
        if decoded := decode(data):
            yield from ((_chain(name, inner), view) for inner, view in views(decoded, depth - 1))


def _chain(outer: str, inner: str) -> str:
    return outer if inner == "plain" else f"{outer}, {inner}"


def _json_escapes(data: bytes) -> bytes:
    r"""\u00eb, also with its backslash doubled."""
    return (
        _JSON.sub(lambda escape: chr(int(escape[1], 16)).encode("utf-8", "replace"), data)
        if _JSON.search(data)
        else b""
    )


def _url(data: bytes) -> bytes:
    return urllib.parse.unquote_to_bytes(data) if _URL.search(data) else b""


def _quoted_printable(data: bytes) -> bytes:
    return quopri.decodestring(data) if _QUOTED.search(data) else b""


def _base64(data: bytes) -> bytes:
    """Both alphabets; a run may begin in the middle of something else, so from each of four places."""
    runs = [run.translate(None, b"\r\n") + b"AAA" for run in _BASE64.findall(data.translate(_URL_SAFE))]
    return _texts(_unbase64(run, start) for run in runs for start in range(4))


def _unbase64(run: bytes, start: int) -> bytes:
    """Whole groups of four from there on."""
    return base64.b64decode(run[start : len(run) - (len(run) - start) % 4])


def _hex(data: bytes) -> bytes:
    runs = [run.decode() for run in _HEX.findall(data)]
    return _texts(bytes.fromhex(run[start : len(run) - (len(run) - start) % 2]) for run in runs for start in (0, 1))


def _texts(decoded: Iterable[bytes]) -> bytes:
    """What may be text in it, accents left out: ciphertext and hashes leave next to nothing."""
    return b"\n".join(_TEXT.findall(_ACCENTED.sub(_without_accent, b"\0".join(decoded))))


def _without_accent(letter: re.Match[bytes]) -> bytes:
    return folded(letter[0].decode()).encode()


ESCAPES: dict[str, Callable[[bytes], bytes]] = {
    "json": _json_escapes,
    "url": _url,
    "quoted-printable": _quoted_printable,
}
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {"base64": _base64, "hex": _hex}
"""Each gives b"" where there is nothing of it."""

_JSON = re.compile(rb"\\+u([0-9a-fA-F]{4})")
_URL = re.compile(rb"%[0-9A-Fa-f]{2}")
_QUOTED = re.compile(rb"=[0-9A-F]{2}|[\w,.:;] ?=\r?\n")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{60,}\r?\n)+[A-Za-z0-9+/]+|[A-Za-z0-9+/]{9,}")  # mails break the lines
_HEX = re.compile(rb"[0-9a-fA-F]{14,}")
_ACCENTED = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")
_TEXT = re.compile(rb"[\t\n\r -~]{3,}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def topics(bootstrap: str, within: float = 120.0) -> Iterator[Haystack]:
    """Every record of every topic: key, headers and value side by side. Raises TimeoutError."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, exclude_internal_topics=False)
    try:
        for topic in sorted(consumer.topics()):
            for number in sorted(consumer.partitions_for_topic(topic) or ()):
                yield from _partition(consumer, TopicPartition(topic, number), monotonic() + within)
    finally:
        consumer.close()


def _partition(consumer: Any, partition: TopicPartition, deadline: float) -> Iterator[Haystack]:
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end = consumer.end_offsets([partition])[partition]
    place = f"topic {partition.topic}/{partition.partition}"
    yield place, partition.topic.encode()
    while (start := consumer.position(partition)) < end:
        if monotonic() > deadline:
            raise TimeoutError(f"{place} could not be read to offset {end}")
        records = [record for found in consumer.poll(500).values() for record in found]
        for piece in _pieces(map(_record, records)):
            yield f"{place} from offset {start}", piece


def _record(record: Any) -> bytes:
    headers = [part for name, value in record.headers for part in (name.encode(), value or b"")]
    return b"\n".join([record.key or b"", *headers, record.value or b""])


def database(dsn: str) -> Iterator[Haystack]:
    """Everything that `pg_dump` gives of every schema, table by table; `dsn` of a role that may read all."""
    command = [str(BINARIES / "pg_dump"), "--dbname", dsn]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pg_dump: {done.stderr.decode()}")
    schema, *tables = re.split(rb"(?m)^COPY ", done.stdout)
    yield "database: definitions", schema
    for table in tables:
        head, rows = table.split(b"\n", 1)
        for piece in _pieces(rows.splitlines(keepends=True), b""):
            yield f"database: {head.split(b' ', 1)[0].decode()}", head + b"\n" + piece


NOT_LOGS = ("partners", "kafka", "postgres")
"""Folders of a data folder: the partners' own; and files whose content `topics` and `database` give."""


def logs(data_dir: Path) -> Iterator[Haystack]:
    """Every file of the data folder: logs above all, also settings, mails and what evaluators keep."""
    for path in sorted(data_dir.rglob("*")):
        name = path.relative_to(data_dir)
        if path.is_file() and name.parts[0] not in NOT_LOGS:
            yield from ((f"file {name}", piece) for piece in _pieces(_lines(path), b""))


def _lines(path: Path) -> Iterator[bytes]:
    """Of a log that may be rotated away while it is being looked for."""
    try:
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        return


def metrics(urls: Mapping[str, str] | Iterable[str]) -> Iterator[Haystack]:
    """What each of these answers: `metrics` of `vangnet up --json` by name, or a list of addresses."""
    named = urls if isinstance(urls, Mapping) else {url: url for url in urls}
    for name, url in named.items():
        yield f"metrics {name}", _get(url)


def mails(url: str) -> Iterator[Haystack]:
    """Each mail in the mail server's list (`mails` of `vangnet up --json`), with its envelope."""
    for mail in json.loads(_get(url, Accept="application/json")):
        yield f"mail {mail['number']}", json.dumps(mail, ensure_ascii=False).encode()


def _get(url: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return bytes(answer.read())


def _pieces(parts: Iterable[bytes], between: bytes = APART) -> Iterator[bytes]:
    """Parts put together until they make a piece."""
    gathered: list[bytes] = []
    size = 0
    for part in parts:
        gathered.append(part)
        size += len(part)
        if size >= PIECE:
            yield between.join(gathered)
            gathered, size = [], 0
    if gathered:
        yield between.join(gathered)
