"""Tokens for persons: which inputs are not known yet, asked of both evaluators in parallel, believed only when proven."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

from vangnet_pseudonym import keys
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.scheme import Scheme, TokenInput, token_inputs
from vangnet_pseudonym.split import Answer, Request, ShareMismatch

from vangnet_partner.compute import Compute, Tokens, Untrue
from vangnet_partner.config import EpochConfig
from vangnet_partner.patience import Away
from vangnet_partner.tokens.cache import TokenCache
from vangnet_partner.tokens.evaluator import Evaluator, EvaluatorRefused, Mistrusted

REST_SECONDS = 5.0
AT_ONCE = 2
PERSONS_KEPT = 20_000  # whose canonical form is remembered, in memory only

Failure = Away | Mistrusted


class Identities:
    """`points`: at most in one request. After a failure nothing is asked for REST_SECONDS; after a false proof never again."""

    def __init__(
        self,
        *,
        partner: str,
        scheme: Scheme,
        epochs: Sequence[EpochConfig],
        evaluators: tuple[Evaluator, Evaluator],
        compute: Compute,
        cache: TokenCache,
        points: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scheme = scheme
        self._epochs = {epoch.epoch: keys.from_text(epoch.public_key) for epoch in epochs}
        self._evaluators = evaluators
        self._compute = compute
        self._cache = cache
        self._persons = max(1, points // scheme.points)
        self._clock = clock
        self._inputs = lru_cache(PERSONS_KEPT)(partial(token_inputs, partner=partner, scheme=scheme))
        self._share: dict[int, str] = {}
        self._failure: Failure | None = None
        self._failed_at = 0.0

    async def tokens(self, persons: Sequence[Person | None]) -> list[Tokens | Failure]:
        """For each person its tokens in every epoch; empty when there is no person, or nothing usable is known of it."""
        inputs = [self._inputs(person) if person else [] for person in persons]
        found = {epoch: await self._found(epoch, inputs) for epoch in self._epochs}
        return [self._of(person_inputs, found) for person_inputs in inputs]

    async def close(self) -> None:
        """Connections."""
        for evaluator in self._evaluators:
            await evaluator.close()

    def _of(self, inputs: list[TokenInput], found: dict[int, dict[bytes, bytes]]) -> Tokens | Failure:
        if not inputs:
            return {}
        if all(text in known for known in found.values() for _, text in inputs):
            return {epoch: [(kind, known[text]) for kind, text in inputs] for epoch, known in found.items()}
        return self._failure or Away("an evaluator", "no answer")

    async def _found(self, epoch: int, inputs: Iterable[list[TokenInput]]) -> dict[bytes, bytes]:
        """Tokens by input; those that could not be had are missing."""
        found, unknown = self._known(epoch, inputs)
        limit = asyncio.Semaphore(AT_ONCE)
        batches = [unknown[start : start + self._persons] for start in range(0, len(unknown), self._persons)]
        for tokens in await asyncio.gather(*(self._asked(epoch, batch, limit) for batch in batches)):
            found |= tokens
        return found

    def _known(self, epoch: int, inputs: Iterable[list[TokenInput]]) -> tuple[dict[bytes, bytes], list[list[bytes]]]:
        """What memory has; and for each person of whom something is unknown, that."""
        found: dict[bytes, bytes] = {}
        asked: set[bytes] = set()
        unknown = []
        for person_inputs in inputs:
            missing = []
            for _, text in person_inputs:
                if text in found or text in asked:
                    continue
                if (token := self._cache.get(epoch, text)) is not None:
                    found[text] = token
                else:
                    missing.append(text)
            asked.update(missing)
            if missing:
                unknown.append(missing)
        return found, unknown

    async def _asked(self, epoch: int, persons: list[list[bytes]], limit: asyncio.Semaphore) -> dict[bytes, bytes]:
        """The same number of points for every person, whatever is known of it."""
        async with limit:
            if self._resting():
                return {}
            inputs = [text for person in persons for text in person]
            try:
                tokens = await self._evaluated(epoch, inputs, self._scheme.points * len(persons))
            except (Away, Mistrusted) as failure:
                self._failure, self._failed_at = failure, self._clock()
                return {}
            except EvaluatorRefused as refused:
                self._failure, self._failed_at = Away("an evaluator", str(refused)), self._clock()
                return {}
            for text, token in zip(inputs, tokens, strict=True):
                self._cache.put(epoch, text, token)
            return dict(zip(inputs, tokens, strict=True))

    def _resting(self) -> bool:
        if isinstance(self._failure, Mistrusted):
            return True
        return self._failure is not None and self._clock() < self._failed_at + REST_SECONDS

    async def _evaluated(self, epoch: int, inputs: list[bytes], pad_to: int) -> list[bytes]:
        request = await self._compute.blind(inputs, pad_to)
        a, b = await self._both(epoch, request, self._share.get(epoch))
        if a.share_id != b.share_id:
            a, b = await self._same_share(epoch, request, a, b)
        try:
            return await self._compute.finish(request, a, b, self._epochs[epoch])
        except Untrue as untrue:
            names = ", ".join(self._evaluators[number].name for number in untrue.which) or " and ".join(
                e.name for e in self._evaluators
            )
            raise Mistrusted(f"epoch {epoch}, evaluator {names}: {untrue.why}") from None

    async def _both(self, epoch: int, request: Request, share_id: str | None) -> tuple[Answer, Answer]:
        first, second = self._evaluators
        try:
            a, b = await asyncio.gather(
                first.evaluate(epoch, request.points, share_id), second.evaluate(epoch, request.points, share_id)
            )
        except EvaluatorRefused:
            if share_id is None:
                raise
            del self._share[epoch]
            return await self._both(epoch, request, None)
        return a, b

    async def _same_share(self, epoch: int, request: Request, a: Answer, b: Answer) -> tuple[Answer, Answer]:
        """During a refresh one evaluator is ahead: it still has the share that the other one has."""
        first, second = self._evaluators
        for evaluator, wanted in ((first, b.share_id), (second, a.share_id)):
            try:
                again = await evaluator.evaluate(epoch, request.points, wanted)
            except EvaluatorRefused:
                continue
            self._share[epoch] = wanted
            return (again, b) if evaluator is first else (a, again)
        raise Mistrusted(f"epoch {epoch}: {ShareMismatch('the evaluators have no share of the same refresh')}")
