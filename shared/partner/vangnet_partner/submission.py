"""The use case: every line is answered, or kept. Reads as: look, send what waited, send, listen, keep the rest."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from vangnet_contract.messages import FeedbackProblem
from vangnet_contract.taxonomy import HEARTBEAT

from vangnet_partner.answer import (
    AWAY,
    EVALUATOR_MISTRUSTED,
    NOT_ALL_SENT,
    NOT_ANSWERED,
    SPOOL_FULL,
    Answer,
    Judge,
    Status,
    obstacle,
    refused_here,
)
from vangnet_partner.compute import Tokens
from vangnet_partner.doors.door import Outgoing
from vangnet_partner.drafting import carries_identity, drafted
from vangnet_partner.feedback import Word
from vangnet_partner.flight import Entry, Flight
from vangnet_partner.lines.line import decode_line
from vangnet_partner.lines.survey import Numbered, Survey, survey
from vangnet_partner.patience import Away
from vangnet_partner.state.store import Final, Mark
from vangnet_partner.tokens.evaluator import Mistrusted
from vangnet_partner.tools import Tools

Report = Callable[[Answer], None]
T = TypeVar("T")
FEEDBACK_POSITION = "feedback"
LOOK_SECONDS = 0.5


@dataclass
class Outcome:
    """How many lines ended how. `left` lines wait in the spool; `lines` is the number of the last line looked at.

    `mistrusted` and `away` say why, when an evaluator was not believed and when something did not answer.
    """

    counts: Counter[Status] = field(default_factory=Counter)
    mistrusted: str | None = None
    away: str | None = None
    left: int = 0
    lines: int = 0
    interrupted: bool = False


class Sealed(NamedTuple):
    """A chunk, and the events of it that are ready to be sent."""

    entries: list[Entry]
    events: list[Outgoing]


class Submission:
    """One `submit`. `report` is called for each line as soon as it has its answer, or is kept.

    `again`: also what was accepted before. `stop`: once set, nothing new is sent and unanswered events are kept.
    """

    def __init__(self, tools: Tools, report: Report, again: bool = False, stop: asyncio.Event | None = None) -> None:
        self._tools = tools
        self._report = report
        self._again = again
        self._stop = stop or asyncio.Event()
        self._flight = Flight()
        self._deferred: list[Entry] = []
        self._heard = asyncio.Event()
        self._away: Away | None = None
        self.outcome = Outcome()

    async def submit(self, lines: Iterable[Numbered]) -> Outcome:
        """Everything in `lines` (gone through more than once), after what waited in the spool."""
        seen = survey(lines, self._tools.own_ids, self._tools.content)
        for refusal in seen.refused.values():
            self._tell(refused_here(*refusal))
        await self._open()
        listening = asyncio.create_task(self._listen())
        try:
            await self._send_all(self._spooled(seen))
            await self._send_all(self._entries(lines, seen))
            await self._all_answered(listening)
            await self._send_all(self._second_round())
            await self._all_answered(listening)
        finally:
            await _ended(listening)
        self._keep_unanswered(lines, seen)
        self.outcome.lines, self.outcome.left = seen.lines, self._tools.store.spooled_lines()
        return self.outcome

    async def _open(self) -> None:
        stored = self._tools.store.position(FEEDBACK_POSITION)
        try:
            start = await self._tools.connect(int(stored) if stored is not None else None)
        except Away as away:
            await self._lose(away)
        else:
            if start is not None:
                self._tools.store.set_position(FEEDBACK_POSITION, str(start))

    def _spooled(self, seen: Survey) -> Iterator[Entry]:
        """What waited, but for lines that were handed in again now."""
        number = 0
        while batch := self._tools.store.waiting(number, self._tools.limits.chunk_lines):
            number = batch[-1].number
            for waiting in batch:
                raw = self._tools.cipher.decrypt(waiting.blob, waiting.mark.event_id)
                line = decode_line(raw)
                if seen.first.get(line.id, (0, b""))[1] != waiting.mark.content:
                    yield Entry(None, line, raw, waiting.mark)

    def _entries(self, lines: Iterable[Numbered], seen: Survey) -> Iterator[Entry]:
        """The lines that may be sent. What was changed or added since the first look waits for a next time."""
        for number, raw in filter(seen.sendable, lines):
            line = decode_line(raw)
            yield Entry(number, line, raw, Mark(self._tools.naming.event_id(line.id), seen.first[line.id][1]))

    def _second_round(self) -> list[Entry]:
        """Those whose id was on its way with another content: once that is answered, their answer is their own."""
        deferred, self._deferred = self._deferred, []
        return deferred

    async def _send_all(self, entries: Iterable[Entry]) -> None:
        """Chunk by chunk, in order; the next one is sealed while one is on its way."""
        sealing: asyncio.Task[Sealed] | None = None
        try:
            for chunk in _chunks(entries, self._tools.limits.chunk_lines):
                if self._stop.is_set():
                    self.outcome.interrupted = True
                    break
                self._tools.store.remember_ids((entry.mark.event_id, entry.line.id) for entry in chunk)
                ready = None if sealing is None else await sealing
                sealing = asyncio.create_task(self._seal(self._taken(chunk)))
                await self._publish(ready)
            await self._publish(None if sealing is None else await sealing)
        finally:
            if sealing is not None:
                sealing.cancel()

    def _taken(self, chunk: Sequence[Entry]) -> list[Entry]:
        """Those that must be sent: not accepted in an earlier run, not on their way already."""
        finals = {} if self._again else self._tools.store.finals(entry.mark for entry in chunk)
        accepted = {mark: final for mark, final in finals.items() if final.status == "accepted"}
        self._tools.store.record(accepted.items())
        taken = []
        for entry in chunk:
            on_its_way = self._flight.mark(entry.mark.event_id)
            if on_its_way is not None and on_its_way != entry.mark:
                self._deferred.append(entry)
            elif self._flight.take(entry):
                if entry.mark in accepted:
                    self._answer(entry.mark.event_id, "accepted", "platform", [])
                else:
                    taken.append(entry)
        return taken

    async def _seal(self, entries: list[Entry]) -> Sealed:
        ready = await self._with_identity(entries) if self._away is None else []
        drafts = [(drafted(entry.line, self._tools.naming, bool(tokens)), tokens) for entry, tokens in ready]
        return Sealed(entries, await self._tools.compute.compose(drafts) if drafts else [])

    async def _publish(self, sealed: Sealed | None) -> None:
        if sealed is None:
            return
        if self._away is None and sealed.events:
            for event in sealed.events:
                self._flight.sent(event)
            try:
                await self._tools.door.publish(sealed.events)
            except Away as away:
                await self._lose(away)
        if self._away is not None:
            self._keep(sealed.entries, obstacle(AWAY, str(self._away)))

    async def _with_identity(self, entries: list[Entry]) -> list[tuple[Entry, Tokens]]:
        """Each with its tokens (none = about nobody). Those whose tokens cannot be had are kept."""
        persons = [entry.line.person if carries_identity(entry.line) else None for entry in entries]
        ready: list[tuple[Entry, Tokens]] = []
        failed: dict[Away | Mistrusted, list[Entry]] = {}
        for entry, tokens in zip(entries, await self._tools.identities.tokens(persons), strict=True):
            if isinstance(tokens, dict):
                ready.append((entry, tokens))
            else:
                failed.setdefault(tokens, []).append(entry)
        for failure, kept in failed.items():
            self._keep(kept, self._noted(failure))
        return self._without_untrue_heartbeats(ready)

    def _noted(self, failure: Away | Mistrusted) -> FeedbackProblem:
        if isinstance(failure, Mistrusted):
            self.outcome.mistrusted = str(failure)
            return obstacle(EVALUATOR_MISTRUSTED, str(failure), "person")
        self.outcome.away = str(failure)
        return obstacle(AWAY, str(failure), "person")

    def _without_untrue_heartbeats(self, ready: list[tuple[Entry, Tokens]]) -> list[tuple[Entry, Tokens]]:
        """A levensteken says that everything before it was sent: not while something before it is kept."""
        if not (self.outcome.counts["spooled"] or self.outcome.counts["unsent"]):
            return ready
        beats = [entry for entry, _ in ready if entry.line.type == HEARTBEAT]
        self._keep(beats, obstacle(NOT_ALL_SENT, "waits until everything before it has been sent"))
        return [(entry, tokens) for entry, tokens in ready if entry.line.type != HEARTBEAT]

    async def _listen(self) -> None:
        while True:
            if words := await self._tools.reader.read():
                self._conclude(self._finals(words))
                self._tools.store.set_position(FEEDBACK_POSITION, str(words[-1].next))

    def _finals(self, words: Sequence[Word]) -> Iterator[tuple[str, Final]]:
        for word in words:
            if word.feedback is not None and word.feedback.source in (self._tools.source, ""):
                yield self._flight.named(word.key), Final(word.feedback.status, word.feedback.problems)

    def _conclude(self, finals: Iterable[tuple[str, Final]]) -> None:
        recorded = []
        for event_id, final in finals:
            if (mark := self._about(event_id)) is not None:
                recorded.append((mark, final))
                self._answer(event_id, final.status, "platform", final.problems)
        self._tools.store.record(recorded)
        self._heard.set()

    def _about(self, event_id: str) -> Mark | None:
        """Which content an answer is about: that on its way; else the only content that is known of this event."""
        if (pending := self._flight.mark(event_id)) is not None:
            return pending
        known = self._tools.store.marks(event_id)
        return known[0] if len(known) == 1 else None

    async def _all_answered(self, listening: "asyncio.Task[None]") -> None:
        """Until every event is answered, or nothing at all was heard for too long."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._tools.limits.answer_seconds
        while self._flight and self._away is None and not self._stop.is_set() and not listening.done():
            self._heard.clear()
            try:
                await asyncio.wait_for(self._heard.wait(), LOOK_SECONDS)
                until = clock() + self._tools.limits.answer_seconds
            except TimeoutError:
                if clock() > until:
                    return

    def _keep_unanswered(self, lines: Iterable[Numbered], seen: Survey) -> None:
        """Sent or not: without an answer it is sent again by the next run, which does no harm."""
        rule = f"no answer in {self._tools.limits.answer_seconds:g} s" if self._away is None else str(self._away)
        problem = obstacle(NOT_ANSWERED if self._away is None else AWAY, rule)
        if self._flight:
            everything = chain(self._spooled(seen), self._entries(lines, seen))
            for chunk in _chunks(everything, self._tools.limits.chunk_lines):
                self._keep(chunk, problem)
        for entry in self._second_round():
            self._flight.take(entry)
            self._keep([entry], problem)

    def _keep(self, entries: Iterable[Entry], problem: FeedbackProblem) -> None:
        """What has no answer goes into the spool, encrypted, as far as it has room."""
        unanswered = {entry.mark: entry for entry in entries if self._flight.mark(entry.mark.event_id) == entry.mark}
        blobs = [(mark, self._tools.cipher.encrypt(e.raw, mark.event_id)) for mark, e in unanswered.items()]
        unkept = set(self._tools.store.spool(blobs, self._tools.limits.spool_bytes))
        full = obstacle(
            SPOOL_FULL, f"{self._tools.limits.spool_bytes} bytes already wait: submit this line again later"
        )
        for mark in unanswered:
            if mark in unkept:
                self._answer(mark.event_id, "unsent", "partner", [problem, full])
            else:
                self._answer(mark.event_id, "spooled", "partner", [problem])

    def _answer(self, event_id: str, status: Status, by: Judge, problems: list[FeedbackProblem]) -> None:
        """For each line that shares this event, which is no longer on its way."""
        pending = self._flight.land(event_id)
        if pending is not None:
            for number in pending.numbers:
                self._tell(
                    Answer(line=number, id=pending.own_id, event_id=event_id, status=status, by=by, problems=problems)
                )

    def _tell(self, answer: Answer) -> None:
        self.outcome.counts[answer.status] += 1
        self._report(answer)

    async def _lose(self, away: Away) -> None:
        self._away = away
        self.outcome.away = str(away)
        await self._tools.disconnect()


async def _ended(listening: "asyncio.Task[None]") -> None:
    """Stops it; what went wrong in it is raised."""
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
