"""Quotas and the evaluator's own log, in an SQLite file: both outlive a restart, and belong to this organisation alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
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


class Asked(NamedTuple):
    """A request, as quota and log see it."""

    partner: str
    key_id: str
    epoch: int
    points: int
    nonce: str
    at: datetime


class Store:
    """One connection for one process; every request is one transaction, durable before any point is evaluated."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {SCHEMA}")

    def admit(self, asked: Asked, quota: Quota) -> str:
        """`evaluated` when the points were taken from the quota; else `nonce-reused`, `partner-quota` or `total-quota`.
        Either way it stands in the log."""
        with self._transaction():
            outcome = self._outcome(asked, quota)
            if outcome == "evaluated":
                self._db.execute(
                    "INSERT INTO usage VALUES (?, ?, ?) ON CONFLICT (day, partner) DO UPDATE SET points = points + excluded.points",
                    (_day(asked.at), asked.partner, asked.points),
                )
            self._db.execute(
                "INSERT INTO request_log (at, partner, key_id, epoch, points, outcome) VALUES (?, ?, ?, ?, ?, ?)",
                (asked.at.isoformat(), asked.partner, asked.key_id, asked.epoch, asked.points, outcome),
            )
        return outcome

    def used(self, partner: str, at: datetime) -> Used:
        """Points evaluated on that day."""
        rows = dict(self._db.execute("SELECT partner, points FROM usage WHERE day = ?", (_day(at),)).fetchall())
        return Used(rows.get(partner, 0), sum(rows.values()))

    def log(self) -> list[tuple[str, str, int, str]]:
        """(at, partner, points, outcome) of every request, oldest first."""
        return self._db.execute("SELECT at, partner, points, outcome FROM request_log ORDER BY id").fetchall()

    def close(self) -> None:
        """Ends the connection."""
        self._db.close()

    def _outcome(self, asked: Asked, quota: Quota) -> str:
        self._db.execute("DELETE FROM nonce WHERE at < ?", ((asked.at - NONCES_KEPT).isoformat(),))
        nonce = (f"{asked.partner}|{asked.nonce}", asked.at.isoformat())
        if not self._db.execute("INSERT OR IGNORE INTO nonce VALUES (?, ?)", nonce).rowcount:
            return "nonce-reused"
        over = over_quota(self.used(asked.partner, asked.at), asked.points, quota)
        return over.value if over else "evaluated"

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _day(at: datetime) -> str:
    return at.date().isoformat()
