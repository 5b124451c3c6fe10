"""The persons whom one batch touches."""

from datetime import datetime

from vangnet_indicators.domain.signals import Person


class WorkingSet:
    """Persons by id with their due times; `dirty` are to be written."""

    def __init__(self, people: dict[str, tuple[Person, datetime | None]] | None = None) -> None:
        self.people = people or {}
        self.dirty: set[str] = set()

    def person(self, person: str) -> Person:
        """That person; a new one has no events."""
        return self.people.setdefault(person, (Person(person=person), None))[0]

    def changed(self, person: Person, due: datetime | None) -> None:
        """To be written, with the first Tick at which something happens."""
        self.people[person.person] = (person, due)
        self.dirty.add(person.person)

    def due(self, tick: datetime) -> list[Person]:
        """Persons for whom something happens at this Tick, in order."""
        waiting = [(due, key, person) for key, (person, due) in self.people.items() if due is not None and due <= tick]
        return [person for _, _, person in sorted(waiting, key=lambda entry: entry[:2])]
