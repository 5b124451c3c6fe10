"""Lines from a pipe: they cannot be read again, so each is in the spool before it is sent."""

import asyncio
import os
import threading
from collections.abc import Callable

from vangnet_partner.lines.line import MAX_LINE_BYTES
from vangnet_partner.lines.survey import Numbered
from vangnet_partner.running.rounds import Rounds

BLOCK = 64 * 1024
IDLE_SECONDS = 0.2
FULL_SECONDS = 2.0


class LineSplitter:
    """Bytes to numbered lines. Of a line that is too long only the beginning is kept: it is refused, not collected."""

    def __init__(self) -> None:
        self._rest = b""
        self._number = 0

    def feed(self, block: bytes) -> list[Numbered]:
        """The lines that are whole now; an empty block ends the last one."""
        *whole, self._rest = (self._rest + block).split(b"\n")
        self._rest = self._rest[: MAX_LINE_BYTES + 1]
        if not block and self._rest:
            whole, self._rest = [*whole, self._rest], b""
        return [line for raw in whole if (line := self._numbered(raw)).raw]

    def _numbered(self, raw: bytes) -> Numbered:
        self._number += 1
        return Numbered(self._number, raw.strip())


async def follow_stdin(rounds: Rounds, read: Callable[[], bytes] = lambda: os.read(0, BLOCK)) -> None:
    """Until the end of the input or `rounds.stop`. `read` gives the next bytes, none at the end."""
    blocks = _pumped(read)
    splitter = LineSplitter()
    ended = False
    while not ended and not rounds.stop.is_set():
        up_to = rounds.all_registered_by()
        lines, ended = await _next_lines(blocks, splitter, rounds.partner.config.limits.chunk_lines)
        if lines:
            await _when_there_is_room(lines, rounds)
            await rounds.deliver(lines)
        elif not ended:
            await rounds.retry()
            await rounds.beat(up_to)


async def _next_lines(blocks: "asyncio.Queue[bytes]", splitter: LineSplitter, most: int) -> tuple[list[Numbered], bool]:
    """What comes until it is quiet for a moment; and whether that was the end."""
    lines: list[Numbered] = []
    while len(lines) < most:
        try:
            block = await asyncio.wait_for(blocks.get(), IDLE_SECONDS)
        except TimeoutError:
            return lines, False
        lines += splitter.feed(block)
        if not block:
            return lines, True
    return lines, False


async def _when_there_is_room(lines: list[Numbered], rounds: Rounds) -> None:
    """Nothing more is taken from the pipe while the spool is full."""
    while rounds.partner.secure(lines) and not rounds.stop.is_set():
        await asyncio.sleep(FULL_SECONDS)
        await rounds.retry()


def _pumped(read: Callable[[], bytes]) -> "asyncio.Queue[bytes]":
    """A thread reads ahead by two blocks at most. It is a daemon: a silent pipe does not hold up the end."""
    loop = asyncio.get_running_loop()
    blocks: asyncio.Queue[bytes] = asyncio.Queue(maxsize=2)

    def pump() -> None:
        while True:
            block = read()
            asyncio.run_coroutine_threadsafe(blocks.put(block), loop).result()
            if not block:
                return

    threading.Thread(target=pump, daemon=True, name="stdin").start()
    return blocks
