"""The page of the rota: names and local times, in order, and no user ids or addresses."""

from datetime import UTC, date, datetime

from vangnet_contract.policy.people import OnDuty, Person
from vangnet_contract.policy.rota import Rota
from vangnet_notifier.web.render import Pages, User
from vangnet_notifier.web.rota import turns_of

from tests.unit.notifier.signals import POLICY

PEOPLE = [Person(user=f"u-{name.lower()}", name=name, email=f"{name.lower()}@x.example") for name in ("Ann", "Ben")]
ROTA = Rota(first_day=date(2026, 3, 23), turns=[["u-ann"], ["u-ben"], ["u-ann", "u-ben"]])


def test_the_page_says_who_has_duty_since_when_also_after_the_clock_went_forward() -> None:
    duty = OnDuty(reviewers=PEOPLE, escalation=PEOPLE[:1], rota=ROTA)
    turns = turns_of(duty, ROTA, datetime(2026, 3, 25, 12, tzinfo=UTC))
    assert [(turn["since"], turn["names"]) for turn in turns[1:3]] == [
        ("maandag 30 maart 2026, 08.00 uur", "Ben"),
        ("maandag 6 april 2026, 08.00 uur", "Ann en Ben"),
    ]
    assert turns[0]["names"] == "Ann" and turns[1]["iso"] == "2026-03-30T06:00:00+00:00"
    page = Pages(POLICY.region).render(
        "rota.html", User("Naam", "rol", "token"), turns=turns, always="Ann en Ben", escalation="Ann"
    )
    text = bytes(page.body).decode()
    assert "maandag 30 maart 2026, 08.00 uur" in text and "Achterwacht: Ann." in text
    assert "u-ann" not in text and "x.example" not in text
