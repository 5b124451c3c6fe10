"""partner and evaluator: tokens of people, both proofs verified, over HTTP; and from memory."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import msgspec
from vangnet_partner.config import load_config
from vangnet_partner.drafting import drafted
from vangnet_partner.lines.line import Line, read_line
from vangnet_partner.opening import open_tools
from vangnet_partner.patience import Patience
from vangnet_partner.tokens.evaluator import Evaluator
from vangnet_partner.tools import Tools
from vangnet_pseudonym import keys, split, voprf
from vangnet_pseudonym.scheme import V2

from benchmarks import floors
from benchmarks.figure import CPU, Ceiling, Figure, Target
from benchmarks.ground import Ground
from benchmarks.lines import line_about

PARTNER = "ggz"
PEOPLE = 1_000
KNOWN_TIMES = 4
REQUESTS = 12
POINTS = 1_000
NEW_EVENTS = Target(100 * 13 / V2.points)
"""engine.md: 100 events/s with 13 inputs each; the scheme of today has fewer."""


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """New people, the same people again, and what one evaluator gives."""
    people = range(int(PEOPLE * scale))
    lines = [_read(line_about(number, f"partner-{number}")) for number in people]
    tools = open_tools(load_config(ground.layout.partner(PARTNER) / "partner.toml"), "kafka", 1)
    try:
        floor, crypto = floors.evaluation(), floors.crypto()
        new = Ceiling("blind, verify both proofs, unblind on one core", 1 / (floor.partner * V2.points))
        yield await _tokens(tools, lines, new)
        known = Ceiling("seal and sign on one core", 1 / (crypto.seal + crypto.sign))
        yield await _composed(tools, lines * KNOWN_TIMES, known)
        yield await _evaluated(ground, Ceiling("evaluate and prove on one core", 1 / floor.evaluator))
    finally:
        await tools.close()


async def _tokens(tools: Tools, lines: Sequence[Line], ceiling: Ceiling) -> Figure:
    began, cpu = time.perf_counter(), _own_cpu_seconds()
    found = await tools.identities.tokens([line.person for line in lines])
    seconds, cpu = time.perf_counter() - began, _own_cpu_seconds() - cpu
    assert all(isinstance(tokens, dict) for tokens in found)
    beside = {CPU: round(len(lines) / cpu), "inputs of an event": V2.points}
    return Figure(
        "partner", "new identities, both proofs verified", len(lines) / seconds, "events/s", NEW_EVENTS, ceiling, beside
    )


async def _composed(tools: Tools, lines: Sequence[Line], ceiling: Ceiling) -> Figure:
    """From a line to a signed event."""
    began, cpu = time.perf_counter(), _own_cpu_seconds()
    for start in range(0, len(lines), tools.limits.chunk_lines):
        part = lines[start : start + tools.limits.chunk_lines]
        found = await tools.identities.tokens([line.person for line in part])
        drafts = [
            (drafted(line, tools.naming, True), tokens)
            for line, tokens in zip(part, found, strict=True)
            if isinstance(tokens, dict)
        ]
        assert len(await tools.compute.compose(drafts)) == len(part)
    seconds, cpu = time.perf_counter() - began, _own_cpu_seconds() - cpu
    beside = {CPU: round(len(lines) / cpu)}
    return Figure(
        "partner",
        "known identities, sealed and signed",
        len(lines) / seconds,
        "events/s",
        Target(5_000),
        ceiling,
        beside,
    )


async def _evaluated(ground: Ground, ceiling: Ceiling) -> Figure:
    """One evaluator, two requests of 1,000 points at a time."""
    config = load_config(ground.layout.partner(PARTNER) / "partner.toml")
    evaluator = Evaluator(
        name=config.evaluators[0].name,
        url=config.evaluators[0].url,
        partner=config.name,
        signing=(config.signing.key_id, keys.load_signing_key(config.signing.key_file.read_bytes())),
        patience=Patience(0.0),
        now=lambda: datetime.now(UTC),
    )
    points = [voprf.public_key(split.random_scalar()) for _ in range(POINTS)]
    cpu = ground.cpu_seconds("evaluator-a")
    began = time.perf_counter()
    for _ in range(REQUESTS // 2):
        await asyncio.gather(*(evaluator.evaluate(1, points, None) for _ in range(2)))
    seconds, cpu = time.perf_counter() - began, ground.cpu_seconds("evaluator-a") - cpu
    await evaluator.close()
    done = REQUESTS * POINTS
    beside = {CPU: round(done / cpu)}
    return Figure("evaluator", "requests of 1,000 points", done / seconds, "inputs/s", None, ceiling, beside)


def _read(values: dict[str, object]) -> Line:
    line = read_line(msgspec.json.encode(values))
    assert isinstance(line, Line)
    return line


def _own_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
