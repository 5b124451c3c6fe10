"""From bytes to a verdict: what every record and every request goes through."""

import hashlib
import json
from datetime import datetime
from typing import NamedTuple

from vangnet_contract.clear_text import REFERENCE_FORM, in_reference
from vangnet_contract.event import Event, read_event
from vangnet_contract.policy import Partner, Policy
from vangnet_contract.reasons import Problem, Reason

from vangnet_ingest.domain import clear_identifiers
from vangnet_ingest.domain.admission import Admitted, Refused, Verdict, admit
from vangnet_ingest.domain.moments import moment

MOST_PROBLEMS = 100
"""Told about one event."""


class Judged(NamedTuple):
    """A verdict on these bytes. `source` and `id` are "" where repeating them could repeat an identifier."""

    raw: bytes
    source: str
    id: str
    received_at: datetime
    verdict: Verdict

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes in hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()


def judge(raw: bytes, partner: Partner, policy: Policy, now: datetime, event_mode: bool = False) -> Judged:
    """Reads the bytes strictly, then admits or refuses. Never raises, whatever the bytes.

    Received is it `now`; in event mode at the event's own `time`, as far as that can be read.
    """
    event = read_event(raw)
    if not isinstance(event, Event):
        unnamed = Judged(raw, *_names(raw), now, _bounded(Refused(_with_identifiers(event, raw))))
        return _without_risk(unnamed, partner)
    received_at = (moment(event.time) or now) if event_mode else now
    verdict = _bounded(admit(event, partner, policy, received_at))
    return _without_risk(Judged(raw, event.source, event.id, received_at, verdict), partner)


def _bounded(verdict: Verdict) -> Verdict:
    """Each problem once, and no more than a message can hold: an event may have thousands of unknown members."""
    if isinstance(verdict, Admitted):
        return verdict
    return Refused(list(dict.fromkeys(verdict.problems))[:MOST_PROBLEMS])


def _with_identifiers(problems: list[Problem], raw: bytes) -> list[Problem]:
    """What is no member of an event may hold anything: that is said too."""
    if any(problem.reason == Reason.UNKNOWN_MEMBER for problem in problems):
        return [*problems, *clear_identifiers.unknown_members(raw)]
    return problems


def _names(raw: bytes) -> tuple[str, str]:
    """Source and id of what is not an event but may be JSON."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return "", ""
    named = [value.get(name) if isinstance(value, dict) else None for name in ("source", "id")]
    source, event_id = (name if isinstance(name, str) else "" for name in named)
    return source, event_id


def _without_risk(judged: Judged, partner: Partner) -> Judged:
    """Both names can be repeated, or neither is: half a name names nothing."""
    if isinstance(judged.verdict, Admitted):
        return judged
    known = judged.source in partner.sources and REFERENCE_FORM.fullmatch(judged.id)
    if known and in_reference(judged.id, judged.received_at) is None:
        return judged
    return judged._replace(source="", id="")
