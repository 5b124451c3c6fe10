"""What a simulated region hands out: the partners' records, and the truth that no partner has."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from heapq import merge
from random import Random
from typing import Any

from vangnet_contract.taxonomy import event_types

from vangnet_simulator.dossier import Dossiers
from vangnet_simulator.local_time import HOUR, epoch, local_day, written
from vangnet_simulator.partners import HEARTBEAT, PARTNERS
from vangnet_simulator.person import Person
from vangnet_simulator.records import Draft, Entry, Record, TruthRow
from vangnet_simulator.timeline import Timeline


class Simulation:
    """Each iterator starts anew and gives the same values. Memory grows with persons, not with days."""

    def __init__(
        self,
        people: Sequence[Person],
        *,
        seed: int,
        days: int,
        start_date: date,
        heartbeat_hours: int,
        sources: Mapping[str, str],
    ) -> None:
        self.people, self.sources = people, sources
        self._seed, self._heartbeat_hours = seed, heartbeat_hours
        self._start, self._end = epoch(start_date), epoch(start_date + timedelta(days=days))

    def entries(self) -> Iterator[Entry]:
        """All partners' records, ordered by registeredAt; beside each live root event the truth about it."""
        dossiers = Dossiers(Random(f"dossiers {self._seed}"))
        registered = (
            (draft.registered, Entry(_record(draft, dossiers), self._truth(draft))) for draft in self._registered()
        )
        return (entry for _, entry in merge(registered, self._heartbeats(), key=lambda dated: dated[0]))

    def events(self) -> Iterator[Record]:
        """All partners' records, ordered by registeredAt."""
        return (entry.record for entry in self.entries())

    def truth(self) -> Iterator[TruthRow]:
        """One row for each live event (not retracted; as corrected) but heartbeats, in order of registration of the root."""
        return (entry.truth for entry in self.entries() if entry.truth is not None)

    def persons(self) -> Iterator[dict[str, Any]]:
        """Everyone whom partners may meet, as they really are."""
        return (_as_known_to_truth(person) for person in self.people)

    def _registered(self) -> Iterator[Draft]:
        """Drafts with their ids: year and a running number for each partner."""
        numbers: Counter[tuple[str, int]] = Counter()
        for draft in Timeline(Random(f"lives {self._seed}"), self.people, self._start, self._end):
            key = (draft.partner, local_day(draft.registered).year)
            numbers[key] += 1
            draft.id = f"{key[1]}-{numbers[key]:06d}"
            yield draft

    def _truth(self, draft: Draft) -> TruthRow | None:
        """None for a correction, a retraction, and an event that is retracted before the last day ends."""
        amendment = draft.amendment if draft.amendment and draft.amendment.registered < self._end else None
        if draft.root is not None or (amendment and amendment.retracts):
            return None
        subject = (amendment or draft).subject
        return TruthRow(self.sources[draft.partner], draft.id or "", subject.id if subject else "")

    def _heartbeats(self) -> Iterator[tuple[int, Entry]]:
        if not self._heartbeat_hours:
            return
        step = self._heartbeat_hours * HOUR
        for number, at in enumerate(range(self._start + step, self._end + 1, step), start=1):
            for partner in PARTNERS:
                yield at, Entry(Record(partner.name, _heartbeat(number, at)), None)


def _record(draft: Draft, dossiers: Dossiers) -> Record:
    line: dict[str, Any] = {
        "id": draft.id,
        "type": draft.type,
        "registeredAt": written(draft.registered),
        "occurredAt": written(draft.occurred),
        "municipality": draft.spot.municipality,
        "details": {} if draft.retracts else draft.details,
        "corrects": draft.corrects.id if draft.corrects else None,
        "retracts": draft.retracts.id if draft.retracts else None,
    }
    if draft.retracts:
        return Record(draft.partner, line | {"reason": draft.reason})
    if not event_types()[draft.type].details_sealed:
        line["district"] = draft.spot.district
    if draft.incident:
        line["incident"] = draft.incident
    if draft.subject:
        identity = dossiers.identity(draft.subject, draft.partner, draft.careful)
        line["person"] = {name: value for name, value in identity.items() if value is not None}
    return Record(draft.partner, line)


def _heartbeat(number: int, at: int) -> dict[str, Any]:
    time = written(at)
    return {"id": f"hb-{number:06d}", "type": HEARTBEAT, "registeredAt": time, "occurredAt": time, "details": {}}


def _as_known_to_truth(person: Person) -> dict[str, Any]:
    address = person.address
    return {
        "person": person.id,
        "household": person.household,
        **person.registered,
        "homeless": person.course.homeless,
        "postcode": address.postcode,
        "houseNumber": address.house_number,
        "houseNumberSuffix": address.suffix,
        "street": address.street,
        "city": address.city,
        "municipality": address.municipality,
    }
