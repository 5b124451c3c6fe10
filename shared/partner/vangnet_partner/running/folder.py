"""Watches a folder: new *.jsonl files and lines added to them are sent. Files are only read."""

from pathlib import Path
from typing import NamedTuple

from watchfiles import awatch

from vangnet_partner.running.rounds import Rounds
from vangnet_partner.sources import FileLines

ROUND_MS = 1_000
PATTERN = "*.jsonl"


async def watch_folder(folder: Path, rounds: Rounds) -> None:
    """Until `rounds.stop`. `folder` is absolute: a file is remembered by its path: how many of its lines are answered or kept."""
    watcher = FolderWatcher(folder, rounds)
    changes = awatch(
        folder,
        stop_event=rounds.stop,
        yield_on_timeout=True,
        rust_timeout=ROUND_MS,
        debounce=200,
        recursive=False,
        raise_interrupt=False,
    )
    await watcher.round()
    async for _ in changes:
        await watcher.round()


class Look(NamedTuple):
    """Equal when nothing changed."""

    inode: int
    size: int
    changed: int


class FolderWatcher:
    """Looks at the folder once a round."""

    def __init__(self, folder: Path, rounds: Rounds) -> None:
        self._folder = folder
        self._rounds = rounds
        self._seen: dict[Path, Look] = {}

    async def round(self) -> None:
        """New lines, then what waited, then a levensteken."""
        up_to = self._rounds.all_registered_by()
        for file in sorted(self._folder.glob(PATTERN)):
            if self._rounds.stop.is_set():
                return
            await self._file(file)
        await self._rounds.retry()
        await self._rounds.beat(up_to)

    async def _file(self, file: Path) -> None:
        look = _look(file)
        if look is None or self._seen.get(file) == look:
            return
        store = self._rounds.partner.tools.store
        name = f"file:{file}"
        inode, _, done = (store.position(name) or "").partition(":")
        after = int(done) if inode == str(look.inode) else 0
        outcome = await self._rounds.deliver(FileLines(file, after, growing=True))
        if not outcome.interrupted and not outcome.counts["unsent"]:
            self._seen[file] = look
            store.set_position(name, f"{look.inode}:{max(after, outcome.lines)}")


def _look(file: Path) -> Look | None:
    """None when the file has gone."""
    try:
        stat = file.stat()
    except FileNotFoundError:
        return None
    return Look(stat.st_ino, stat.st_size, stat.st_mtime_ns)
