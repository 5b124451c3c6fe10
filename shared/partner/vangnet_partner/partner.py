"""The library: `async with Partner.from_config("partner.toml") as partner: answers = await partner.submit(lines)`."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from vangnet_contract.taxonomy import HEARTBEAT

from vangnet_partner.answer import Answer
from vangnet_partner.answers import AnswerReader
from vangnet_partner.config import PartnerConfig, Via, load_config
from vangnet_partner.feedback import FeedbackReader, Word
from vangnet_partner.lines.line import Unreadable
from vangnet_partner.lines.survey import Numbered, inspect
from vangnet_partner.opening import open_tools
from vangnet_partner.patience import Patience
from vangnet_partner.requests import Asked, still_asked
from vangnet_partner.sources import Given, given_lines
from vangnet_partner.submission import Outcome, Report, Submission
from vangnet_partner.tools import Tools


class Partner:
    """One partner's way to the region. Connections are made when they are needed and kept.

    `processes` > 1 spreads the cryptography of large submissions over processes; the program that does so must be
    importable without side effects (`if __name__ == "__main__":`).
    """

    def __init__(self, config: PartnerConfig, via: Via = "kafka", processes: int = 1) -> None:
        self.config = config
        self.tools: Tools = open_tools(config, via, processes)
        self._one_at_a_time = asyncio.Lock()  # two would take each other's answers

    @classmethod
    def from_config(cls, path: Path | str, via: Via = "kafka", processes: int = 1) -> Self:
        """Raises ConfigRefused."""
        return cls(load_config(path), via, processes)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def submit(self, lines: Iterable[Given]) -> list[Answer]:
        """Sends lines (texts or mappings, as in a file) and waits for the answer of each; in the order of the lines.

        Answers of lines that waited in the spool come first, with `line` None.
        """
        answers: list[Answer] = []
        await self.deliver(given_lines(lines), answers.append)
        return sorted(answers, key=lambda answer: answer.line or 0)

    async def deliver(
        self, lines: Iterable[Numbered], report: Report, again: bool = False, stop: asyncio.Event | None = None
    ) -> Outcome:
        """What `submit` does, for lines that can be gone through more than once; each answer is reported at once.

        `again`: also what was accepted before. `stop`: once set, nothing new is sent, and what has no answer is kept.
        """
        async with self._one_at_a_time:
            return await Submission(self.tools, report, again, stop).submit(lines)

    def secure(self, lines: Iterable[Numbered]) -> int:
        """Puts lines into the spool before they are sent. Returns how many did not fit."""
        read = ((line, inspect(line.raw, self.config.own_ids)) for line in lines)
        marked = [(self.tools.mark(line), raw) for (_, raw), line in read if not isinstance(line, Unreadable)]
        blobs = [(mark, self.tools.cipher.encrypt(raw, mark.event_id)) for mark, raw in marked]
        return len(self.tools.store.spool(blobs, self.config.limits.spool_bytes))

    async def heartbeat(self, time: str, report: Report) -> Outcome:
        """Says that everything registered up to `time` (RFC 3339) was sent. Kept back while anything waits in the spool."""
        return await self.deliver(given_lines([heartbeat_line(time)]), report)

    async def feedback(self, follow: bool = False) -> AsyncIterator[Word]:
        """All that the region keeps for this partner (14 days); `follow`: and what comes. Raises Away."""
        reader = FeedbackReader(self.config.kafka, self.config.name, Patience(self.config.limits.retry_seconds))
        try:
            await reader.open(position=0)
            while follow or await reader.behind():
                for word in await reader.read():
                    yield word
        finally:
            await reader.close()

    async def requests(self) -> list[Asked]:
        """Contact requests that stand, in order. Raises Away."""
        words = [word async for word in self.feedback()]
        store = self.tools.store
        return still_asked(words, store.own_id, lambda own: bool(store.marks(self.tools.naming.event_id(own))))

    async def close(self) -> None:
        """Connections, processes and files."""
        await self.tools.close()


def heartbeat_line(time: str) -> dict[str, str]:
    """The line of a levensteken; its id follows from its time, so that one time is said once."""
    return {"id": f"levensteken-{time}", "type": HEARTBEAT, "registeredAt": time}


def told(word: Word, own_id: str | None, answers: AnswerReader) -> bytes:
    """A message of the feedback topic as JSON, with the partner's own id beside it. What is sealed for us is opened."""
    values = answers.read(word.access) if word.access else msgspec.json.decode(word.raw)
    return msgspec.json.encode({"ownId": own_id, **values} if isinstance(values, dict) else values)
