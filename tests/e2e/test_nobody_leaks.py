"""Nobody's identity lies in a topic, a table, a log, a metric or a mail, after everything that the other tests sent."""

from collections.abc import Iterator
from itertools import chain

from vangnet_local.postgres import SUPERUSER

from tests.e2e import leaks
from tests.e2e.leaks import Haystack
from tests.e2e.town import Town


def haystacks(town: Town) -> Iterator[Haystack]:
    where = town.platform.endpoints
    postgres = town.platform.postgres
    metrics = where["metrics"]
    assert isinstance(metrics, dict)
    return chain(
        leaks.topics(town.kafka),
        leaks.database(postgres.dsn(SUPERUSER)),
        leaks.logs(town.platform.layout.root),
        leaks.metrics(metrics),
        leaks.mails(str(where["mails"])),
    )


def test_no_identity_lies_anywhere_outside_the_partners_folders(town: Town) -> None:
    people = [line["person"] for _, line in town.lines.values() if line.get("person")]
    assert people
    needles = leaks.identifiers(people)
    looked_at: set[str] = set()
    found = []
    for place, data in haystacks(town):
        looked_at.add(place.split(" ")[0].split(":")[0].split("/")[0])
        found += leaks.scan(needles, place, data)
    assert found == []
    assert len(looked_at) >= 5
    planted = f'{{"x": "{people[0].get("bsn") or people[0].get("surname")} {people[0].get("birthDate", "")}"}}'.encode()
    assert leaks.scan(needles, "planted", planted) != []
