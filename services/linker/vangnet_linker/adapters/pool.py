"""Opening in front of the one writer: cryptography in processes, because threads gain nothing there."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from vangnet_contract.messages import LinkDecision
from vangnet_contract.policy import Policy
from vangnet_contract.stamp import Stamp

from vangnet_linker.adapters.opening import Opened, Opener
from vangnet_linker.domain.incoming import Decided

INLINE = 8  # fewer than this are opened here: a round trip to a process costs more
CHUNK = 64

Sealed = tuple[int, bytes, Stamp]  # offset, the event's bytes, its admission stamp


class OpeningPool:
    """Opens many events at once. Holds `workers` processes; `stop` ends them."""

    def __init__(self, policy: Policy, seal_keys: Mapping[str, bytes], pepper: bytes, workers: int) -> None:
        self._opener = Opener(policy, seal_keys, pepper)
        arguments = (policy, dict(seal_keys), pepper)
        self._processes = (
            ProcessPoolExecutor(workers, get_context("forkserver"), _start, arguments) if workers else None
        )

    async def start(self) -> None:
        """Starts the processes, so that the first events need not wait for them (they import for a second)."""
        if self._processes is not None:
            await asyncio.get_running_loop().run_in_executor(self._processes, _open, [])

    async def open(self, events: Sequence[Sealed]) -> list[Opened | None]:
        """One result for each event, in order."""
        if self._processes is None or len(events) < INLINE:
            return [self._opener.open(*event) for event in events]
        loop = asyncio.get_running_loop()
        chunks = [events[start : start + CHUNK] for start in range(0, len(events), CHUNK)]
        parts = await asyncio.gather(*(loop.run_in_executor(self._processes, _open, chunk) for chunk in chunks))
        return [opened for part in parts for opened in part]

    def decided(self, decision: LinkDecision) -> Decided:
        """Nothing to open in it."""
        return self._opener.decided(decision)

    def stop(self) -> None:
        """Ends the processes."""
        if self._processes:
            self._processes.shutdown(wait=False, cancel_futures=True)


_opener: Opener | None = None


def _start(policy: Policy, seal_keys: Mapping[str, bytes], pepper: bytes) -> None:
    global _opener  # noqa: PLW0603  one opener for the life of a worker process
    _opener = Opener(policy, seal_keys, pepper)


def _open(events: Sequence[Sealed]) -> list[Opened | None]:
    assert _opener is not None
    return [_opener.open(*event) for event in events]
