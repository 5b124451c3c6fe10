"""What each command does, once its arguments are read. Each gives an exit code."""

import asyncio
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from vangnet_partner import exits
from vangnet_partner.answers import AnswerReader
from vangnet_partner.checking import checked
from vangnet_partner.config import PartnerConfig, Via
from vangnet_partner.lines.survey import Numbered, survey
from vangnet_partner.output import print_answer, print_line, say, say_outcome
from vangnet_partner.partner import Partner, told
from vangnet_partner.requests import problems
from vangnet_partner.running.folder import watch_folder
from vangnet_partner.running.rounds import MistrustedEvaluator, Rounds
from vangnet_partner.running.stdin import follow_stdin
from vangnet_partner.sources import given_lines
from vangnet_partner.state.local_key import open_local_key
from vangnet_partner.state.store import Store


async def submit(config: PartnerConfig, lines: Iterable[Numbered], via: Via, again: bool, processes: int) -> int:
    """Sends lines, prints each answer. SIGTERM or Ctrl-C: what has no answer yet is kept."""
    async with Partner(config, via, processes) as partner:
        outcome = await partner.deliver(lines, print_answer, again, stop=_stop_on_signal())
    say_outcome(outcome)
    return exits.exit_code(outcome)


def check(config: PartnerConfig, lines: Iterable[Numbered]) -> int:
    """Prints what would happen to each line."""
    seen = survey(lines, config.own_ids, open_local_key(config.folder).content)
    for line in checked(lines, seen, config.name):
        print_line(msgspec.json.encode(line))
    return exits.REFUSED if seen.refused else exits.OK


async def run(config: PartnerConfig, folder: Path | None, via: Via, processes: int) -> int:
    """A folder, or stdin, until SIGTERM, Ctrl-C or the end of the input."""
    stop = _stop_on_signal()
    async with Partner(config, via, processes) as partner:
        rounds = Rounds(partner, print_answer, stop, say)
        try:
            await (follow_stdin(rounds) if folder is None else watch_folder(folder, rounds))
        except MistrustedEvaluator as mistrusted:
            say(f"vangnet-partner: STOPPED: {mistrusted}. Nothing was sent through it; call the region's operator.")
            return exits.MISTRUSTED
        return exits.AWAY if partner.tools.store.spooled_lines() else exits.OK


async def heartbeat(config: PartnerConfig, at: str, via: Via) -> int:
    """One levensteken."""
    async with Partner(config, via) as partner:
        outcome = await partner.heartbeat(at, print_answer)
    say_outcome(outcome)
    return exits.exit_code(outcome)


async def feedback(config: PartnerConfig, follow: bool) -> int:
    """Prints what the region says to this partner, own ids beside it. `follow`: until SIGTERM or Ctrl-C."""
    task = asyncio.create_task(_print_feedback(config, follow))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
    return exits.OK


def own_id(config: PartnerConfig, event_id: str) -> int:
    """Prints the own id of an event that was sent from here."""
    own = Store(config.folder).own_id(event_id)
    if own is None:
        say("vangnet-partner: no event of that id was sent from here")
        return exits.REFUSED
    print_line(msgspec.json.encode({"eventId": event_id, "ownId": own}))
    return exits.OK


async def requests(config: PartnerConfig) -> int:
    """Prints the contact requests that stand."""
    async with Partner(config) as partner:
        for asked in await partner.requests():
            print_line(msgspec.json.encode(asked))
    return exits.OK


async def answer(config: PartnerConfig, line: dict[str, Any]) -> int:
    """Sends one answer to a contact request that stands. `line`: of requests.answer_line."""
    async with Partner(config) as partner:
        details = line["details"]
        wrong = problems(details["verzoek"], await partner.requests(), details["antwoord"], details["grond"])
        for problem in wrong:
            say(f"vangnet-partner: {problem}")
        if wrong:
            return exits.REFUSED
        outcome = await partner.deliver(given_lines([line]), print_answer)
    say_outcome(outcome)
    return exits.exit_code(outcome)


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _print_feedback(config: PartnerConfig, follow: bool) -> None:
    answers = AnswerReader(config)
    async with Partner(config) as partner:
        async for word in partner.feedback(follow):
            print_line(told(word, partner.tools.store.own_id(word.key), answers))
            sys.stdout.flush()
