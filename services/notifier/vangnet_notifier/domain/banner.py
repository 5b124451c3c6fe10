"""What stands above the pages where people decide: partners that do not deliver, unusual weeks. No person in it."""

from collections.abc import Iterable
from datetime import datetime

from vangnet_contract.dutch import LOCAL, day, moment, number
from vangnet_contract.messages import RegionalSignal
from vangnet_contract.municipalities import municipalities
from vangnet_contract.policy import Policy

from vangnet_notifier.domain.actors import Actor


def banner(signals: Iterable[RegionalSignal], policy: Policy, actor: Actor, now: datetime) -> list[str]:
    """One sentence for each that holds now and concerns this reader. Rules on trial say nothing here."""
    shown = [signal for signal in signals if signal.mode == "actief" and _concerns(signal, actor)]
    return [_silent(signal, policy, now) if signal.partner else _unusual(signal) for signal in shown]


def _concerns(signal: RegionalSignal, actor: Actor) -> bool:
    """A silent partner makes every count too low; a municipality's week is for its own coordinators and the reviewers."""
    return signal.partner is not None or actor.reviewer or actor.coordinates(signal.place)


def _silent(signal: RegionalSignal, policy: Policy, now: datetime) -> str:
    known = policy.partner(signal.partner or "")
    name = known.title if known else signal.partner
    what = "levert geen meldingen" if signal.sign == "events" else "levert niet"
    since = f" sinds {_when(signal.since, now)}" if signal.since else ""
    return f"{name} {what}{since}; tellingen kunnen te laag zijn."


def _when(at: datetime, now: datetime) -> str:
    local = at.astimezone(LOCAL)
    return f"{local:%H.%M} uur" if local.date() == now.astimezone(LOCAL).date() else moment(at)


def _unusual(signal: RegionalSignal) -> str:
    place = municipalities().get(signal.place or "", "een gemeente")
    week = f" in de week van {day(signal.since.astimezone(LOCAL).date())}" if signal.since else ""
    return f"Ongewoon veel meldingen in {place}{week}: {signal.counted} (gewoonlijk ongeveer {number(round(signal.expected))})."
