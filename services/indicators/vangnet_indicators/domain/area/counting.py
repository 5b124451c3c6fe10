"""The area counts of one partition, as far as a batch touches them."""

import msgspec
from vangnet_contract.messages import AreaEvent, PersonChanged

from vangnet_indicators.domain.area.cells import Cells
from vangnet_indicators.domain.area.reports import Report, report_key
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.rulebook import Rulebook


class AreaCounts(msgspec.Struct):
    """`cells`: what this batch changes. `reports`: those that its events belong to, by key; `changed`: to be stored."""

    cells: Cells = msgspec.field(default_factory=Cells)
    reports: dict[str, Report] = {}
    changed: set[str] = set()

    def count_event(self, event: AreaEvent, book: Rulebook) -> None:
        """A located event comes or goes."""
        key = report_key(event.record)
        self.reports.setdefault(key, Report()).change(event, book.municipalities, self.cells)
        self.changed.add(key)

    def count_person(self, history: History, change: PersonChanged, book: Rulebook) -> None:
        """Events of a person go and come; `history` is still as it was before."""
