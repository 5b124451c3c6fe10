"""SQLite file of the partner's machine (0600). It holds no identity in clear: own ids, marks and answers, encrypted lines."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
from vangnet_contract.messages import FeedbackProblem

FILE = "state.sqlite"
_ROWS = 500  # named in one question to SQLite
SCHEMA = """
CREATE TABLE IF NOT EXISTS ids (event_id TEXT PRIMARY KEY, own_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    event_id TEXT NOT NULL, content BLOB NOT NULL, status TEXT NOT NULL, problems BLOB NOT NULL,
    PRIMARY KEY (event_id, content)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spool (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, content BLOB NOT NULL, line BLOB NOT NULL,
    UNIQUE (event_id, content));
CREATE TABLE IF NOT EXISTS positions (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

_encode_problems = msgspec.json.Encoder().encode
_decode_problems = msgspec.json.Decoder(list[FeedbackProblem]).decode


class Mark(NamedTuple):
    """Which content of which event: what an answer belongs to."""

    event_id: str
    content: bytes


class Final(NamedTuple):
    """The platform's word on a mark."""

    status: Literal["accepted", "rejected"]
    problems: list[FeedbackProblem]


class Waiting(NamedTuple):
    """A line that waits in the spool, encrypted."""

    number: int
    mark: Mark
    blob: bytes


class Store:
    """One for each process; several processes may share the file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / FILE
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + SCHEMA)

    def close(self) -> None:
        """Nothing may be asked afterwards."""
        self._db.close()

    def remember_ids(self, pairs: Iterable[tuple[str, str]]) -> None:
        """The way back: (event id, own id)."""
        self._many("INSERT OR IGNORE INTO ids VALUES (?, ?)", pairs)

    def own_id(self, event_id: str) -> str | None:
        """The partner's own id of an event; None when it was not made here."""
        row = self._db.execute("SELECT own_id FROM ids WHERE event_id = ?", (event_id,)).fetchone()
        return row[0] if row else None

    def record(self, answers: Iterable[tuple[Mark, Final]]) -> None:
        """Final answers; what had one leaves the spool. A later answer takes the place of an earlier one."""
        answers = list(answers)
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                [(*mark, final.status, _encode_problems(final.problems)) for mark, final in answers],
            )
            self._db.executemany("DELETE FROM spool WHERE event_id = ? AND content = ?", [mark for mark, _ in answers])

    def finals(self, marks: Iterable[Mark]) -> dict[Mark, Final]:
        """Those of the marks that have their final answer."""
        wanted = set(marks)
        ids = sorted({mark.event_id for mark in wanted})
        found: dict[Mark, Final] = {}
        for start in range(0, len(ids), _ROWS):
            some = ids[start : start + _ROWS]
            for event_id, content, status, problems in self._db.execute(
                f"SELECT * FROM answers WHERE event_id IN ({', '.join('?' * len(some))})",  # noqa: S608  placeholders only
                some,
            ):
                if (mark := Mark(event_id, content)) in wanted:
                    found[mark] = Final(status, _decode_problems(problems))
        return found

    def marks(self, event_id: str) -> list[Mark]:
        """Every content of an event that is known here, answered or waiting."""
        rows = self._db.execute(
            "SELECT event_id, content FROM answers WHERE event_id = ?1 UNION SELECT event_id, content FROM spool WHERE event_id = ?1",
            (event_id,),
        )
        return [Mark(*row) for row in rows]

    def spool(self, lines: Sequence[tuple[Mark, bytes]], max_bytes: int) -> list[Mark]:
        """Keeps encrypted lines, in order, while they fit in `max_bytes` together. Returns those that do not."""
        refused: list[Mark] = []
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            held = self.spooled_bytes()
            for mark, blob in lines:
                if held + len(blob) > max_bytes and not self.is_spooled(mark):
                    refused.append(mark)
                    continue
                done = self._db.execute(
                    "INSERT OR IGNORE INTO spool (event_id, content, line) VALUES (?, ?, ?)", (*mark, blob)
                )
                held += len(blob) * done.rowcount
        return refused

    def is_spooled(self, mark: Mark) -> bool:
        """Whether it waits."""
        return self._db.execute("SELECT 1 FROM spool WHERE event_id = ? AND content = ?", mark).fetchone() is not None

    def spooled_bytes(self) -> int:
        """How much waits."""
        return int(self._db.execute("SELECT coalesce(sum(length(line)), 0) FROM spool").fetchone()[0])

    def spooled_lines(self) -> int:
        """How many wait."""
        return int(self._db.execute("SELECT count(*) FROM spool").fetchone()[0])

    def waiting(self, after: int, limit: int) -> list[Waiting]:
        """The next ones of the spool, in the order in which they came."""
        rows = self._db.execute(
            "SELECT number, event_id, content, line FROM spool WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
        )
        return [Waiting(number, Mark(event_id, content), line) for number, event_id, content, line in rows]

    def position(self, name: str) -> str | None:
        """A place to go on from."""
        row = self._db.execute("SELECT value FROM positions WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_position(self, name: str, value: str) -> None:
        """Where to go on from."""
        self._db.execute("INSERT OR REPLACE INTO positions VALUES (?, ?)", (name, value))

    def _many(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(statement, rows)
