"""stdout: answers, one JSON object a line. stderr: everything else. Neither ever holds a value that names a person."""

import sys

import msgspec

from vangnet_partner.answer import Answer
from vangnet_partner.submission import Outcome


def print_answer(answer: Answer) -> None:
    """At once, so that a pipe sees it."""
    print_line(msgspec.json.encode(answer))


def print_line(json: bytes) -> None:
    """One JSON value."""
    sys.stdout.buffer.write(json + b"\n")
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """To the one who runs the command."""
    print(text, file=sys.stderr, flush=True)


def say_outcome(outcome: Outcome) -> None:
    """What happened, in one or two sentences."""
    counts = ", ".join(f"{count} {status}" for status, count in sorted(outcome.counts.items())) or "nothing to send"
    say(f"vangnet-partner: {counts}")
    if outcome.mistrusted is not None:
        say(
            f"vangnet-partner: STOPPED: {outcome.mistrusted}. Nothing was sent for these lines; call the region's operator."
        )
    if outcome.away is not None:
        say(f"vangnet-partner: {outcome.away}. Give the same command again later: it goes on where it stopped.")
    if outcome.left:
        say(f"vangnet-partner: {outcome.left} lines wait in the spool, encrypted.")
