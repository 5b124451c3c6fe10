"""A backtest in a process of its own: what it costs the service is a question and an answer, and it can be ended at any time."""

import asyncio
import sys
from collections.abc import Mapping, Sequence

import msgspec

from vangnet_indicators.domain.backtest import Result
from vangnet_indicators.domain.variants import Number
from vangnet_indicators.trial_question import TrialBusy, TrialFailed, TrialQuestion

PATIENCE = 30.0
"""Seconds; then the process is killed."""
_results = msgspec.json.Decoder(list[Result])


class TrialProcess:
    """A `Trials`. One at a time; it has this process's settings, lower priority, and reads in one snapshot."""

    def __init__(self, module: str, patience: float = PATIENCE) -> None:
        self._command = (sys.executable, "-m", module)
        self._patience = patience
        self._busy = asyncio.Lock()

    async def try_rule(
        self, version: str, rule: str, choices: Mapping[str, Sequence[Number]], period: tuple[int, int]
    ) -> list[Result]:
        """See Trials."""
        if self._busy.locked():
            raise TrialBusy
        question = TrialQuestion(version, rule, {name: list(values) for name, values in choices.items()}, period)
        async with self._busy:
            return _results.decode(await self._answer(msgspec.json.encode(question)))

    async def _answer(self, question: bytes) -> bytes:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, stdout=pipe)
        try:
            async with asyncio.timeout(self._patience):
                answer, _ = await process.communicate(question)
        except TimeoutError:
            raise TrialFailed("too-long") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise TrialFailed("process-failed")
        return answer
