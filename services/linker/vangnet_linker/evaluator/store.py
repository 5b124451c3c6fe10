"""Quotas and the evaluator's own log, in an SQLite file: both outlive a restart, and belong to this organisation alone."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from vangnet_linker.evaluator.quota import Quota, Used, over_quota

SCHEMA = """
CREATE TABLE IF NOT EXISTS usage (day TEXT, partner TEXT, points INTEGER NOT NULL, PRIMARY KEY (day, partner));
CREATE TABLE IF NOT EXISTS nonce (nonce TEXT PRIMARY KEY, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS nonce_at ON nonce (at);
CREATE TABLE IF NOT EXISTS request_log (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, partner TEXT NOT NULL, key_id TEXT NOT NULL, epoch INTEGER NOT NULL,
    points INTEGER NOT NULL, outcome TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS request_log_is_append_only BEFORE UPDATE ON request_log
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS request_log_keeps_everything BEFORE DELETE ON request_log
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""
NONCES_KEPT = timedelta(minutes=15)  # longer than a request stays fresh
EVALUATED, NONCE_REUSED = "evaluated", "nonce-reused"


class Asked(NamedTuple):
    """A request that was believed, as quota and log see it. Never a point."""

    partner: str
    key_id: str
    epoch: int
    points: int
    nonce: str
    at: datetime


class Store:
    """One connection, used by one thread at a time. Each request is one transaction, on the disk before a point is
    evaluated: no line in the log, no evaluation. Raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {SCHEMA}")
        except sqlite3.Error:
            self._db.close()
            raise

    def admit(self, asked: Asked, quota: Quota) -> str:
        """`evaluated` when the points were taken from the quota; else `nonce-reused`, `partner-quota` or `total-quota`.
        Either way it stands in the log."""
        with self._transaction():
            outcome = self._outcome(asked, quota)
            if outcome == EVALUATED:
                self._take(asked)
            self._write(asked, outcome)
        return outcome

    def refuse(self, asked: Asked, outcome: str) -> None:
        """Puts a request in the log that was refused for another reason."""
        with self._transaction():
            self._write(asked, outcome)

    def used(self, partner: str, at: datetime) -> Used:
        """Points evaluated on that day (UTC)."""
        with self._lock:
            return self._used(partner, at)

    def close(self) -> None:
        """Ends the connection."""
        with self._lock:
            self._db.close()

    def _outcome(self, asked: Asked, quota: Quota) -> str:
        self._db.execute("DELETE FROM nonce WHERE at < ?", (_moment(asked.at - NONCES_KEPT),))
        nonce = (f"{asked.partner}|{asked.nonce}", _moment(asked.at))
        if not self._db.execute("INSERT OR IGNORE INTO nonce VALUES (?, ?)", nonce).rowcount:
            return NONCE_REUSED
        over = over_quota(self._used(asked.partner, asked.at), asked.points, quota)
        return over.value if over else EVALUATED

    def _used(self, partner: str, at: datetime) -> Used:
        rows = dict(self._db.execute("SELECT partner, points FROM usage WHERE day = ?", (_day(at),)).fetchall())
        return Used(rows.get(partner, 0), sum(rows.values()))

    def _take(self, asked: Asked) -> None:
        self._db.execute(
            "INSERT INTO usage VALUES (?, ?, ?)"
            " ON CONFLICT (day, partner) DO UPDATE SET points = points + excluded.points",
            (_day(asked.at), asked.partner, asked.points),
        )

    def _write(self, asked: Asked, outcome: str) -> None:
        self._db.execute(
            "INSERT INTO request_log (at, partner, key_id, epoch, points, outcome) VALUES (?, ?, ?, ?, ?, ?)",
            (_moment(asked.at), asked.partner, asked.key_id, asked.epoch, asked.points, outcome),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
