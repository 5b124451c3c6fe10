"""Nobody's identity lies in a topic, a table, a log, a metric or a mail, after what is sent here and whatever tests sent before."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from vangnet_local.postgres import SUPERUSER

from tests.e2e import leaks
from tests.e2e.leaks import Haystack
from tests.e2e.town import Town

POLICE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"


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


def someone_slips_through(town: Town) -> None:
    """A person with everything that names one, often enough for an alert and its mails; one line is refused."""
    start = (town.now or datetime.fromisoformat("2027-06-01T00:00:00+02:00")) + timedelta(days=1)
    place = {"postcode": "1315AB", "houseNumber": 87, "street": "Zandzeggestraat", "city": "Almere"}
    person = {"bsn": "266666656", "givenNames": "Isolde Wietske", "prefix": "van", "surname": "Klaverweide",
              "birthDate": "1964-10-29", "clientNumber": "K-70915", **place}  # fmt: skip
    moments = [(start + timedelta(days=day)).isoformat(timespec="seconds") for day in range(6)]
    shared = {"municipality": "GM0034", "details": {}, "person": person, "type": POLICE}
    lines = [
        {"id": f"leak-{start:%Y-%j-%H}-{day}", "registeredAt": at, "occurredAt": at, **shared}
        for day, at in enumerate(moments)
    ]
    lines.append({**lines[0], "id": f"{lines[0]['id']}-old", "occurredAt": "2020-01-01T00:00:00+01:00"})
    assert [answer.status for answer in town.submit("politie", *lines)].count("accepted") == len(moments)
    town.tick(start + timedelta(days=6))
    town.settle()


def test_no_identity_lies_anywhere_outside_the_partners_folders(town: Town) -> None:
    someone_slips_through(town)
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
