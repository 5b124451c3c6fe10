"""What the reviewer weighs beside the evidence, and what goes back to the sources of reports that are not right."""

from datetime import timedelta

import msgspec
import pytest
from vangnet_contract.contact import RELEASE_OBJECTION
from vangnet_contract.messages import EventKey, Evidence, PartnerReply, ReportDoubted, encode
from vangnet_contract.policy.release import Release
from vangnet_notifier.adapters.desk import statements
from vangnet_notifier.app import Desk, apply, take_reply
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert, Episode
from vangnet_notifier.domain.commands import ApproveLink, Close, Command, Decline
from vangnet_notifier.domain.lifecycle import Refused
from vangnet_notifier.domain.words import Reason, State
from vangnet_notifier.inbox import Seen
from vangnet_notifier.web.review import certainty, objections

from tests.unit.notifier.signals import ALMERE, OFFICE, REVIEWER, SOURCE, T0, alert, evidence, signal
from tests.unit.notifier.test_every_page import desk as web_desk

NOW = T0 + timedelta(days=6)


def handles(held: Alert, *numbers: int) -> tuple[str, ...]:
    return tuple(OFFICE.name_event(held.id, evidence(n).event) for n in numbers)


def after(desk: Desk, held: Alert, command: Command, by: Actor) -> Alert:
    outcome = apply(desk, OFFICE, held, command, by=by, now=NOW)
    assert isinstance(outcome, Alert), outcome
    return outcome


def doubts(desk: Desk) -> list[tuple[str, str, str]]:
    return [(to, said.id, said.reason) for to, said in desk.take_asked() if isinstance(said, ReportDoubted)]


def test_a_report_that_is_not_right_goes_back_to_its_source_and_to_no_one_else() -> None:
    desk, held = Desk(), alert()
    after(desk, held, Decline(seen=1, choice="melding-onjuist", marked=handles(held, 2)), REVIEWER)
    [(partner, said)] = desk.asked
    own = evidence(2).event
    assert isinstance(said, ReportDoubted)
    assert (partner, said.source, said.id, said.reason, said.at) == (
        "politie",
        own.source,
        own.id,
        "melding-onjuist",
        NOW,
    )
    assert held.id not in encode(said).decode() and held.person not in encode(said).decode()


def test_which_report_must_be_said() -> None:
    outcome = apply(Desk(), OFFICE, alert(), Decline(seen=1, choice="melding-onjuist"), by=REVIEWER, now=NOW)
    assert outcome == Refused(Reason.MARK_REPORTS)
    strange = Decline(seen=1, choice="melding-onjuist", marked=("x",))
    assert apply(Desk(), OFFICE, alert(), strange, by=REVIEWER, now=NOW) == Refused(Reason.UNKNOWN_CHOICE)


def test_a_wrong_person_is_told_to_the_source_when_two_people_agree() -> None:
    desk, held = Desk(), alert(State.ACKNOWLEDGED)
    close = Close(seen=1, outcome="verkeerde-persoon", novelty="nee", marked=handles(held, 3, 4))
    closed = after(desk, held, close, ALMERE)
    assert doubts(desk) == []
    after(desk, closed, ApproveLink(seen=2), REVIEWER)
    assert doubts(desk) == [("politie", "e3", "verkeerde-persoon"), ("politie", "e4", "verkeerde-persoon")]


def test_what_is_no_error_goes_to_no_source() -> None:
    desk = Desk()
    after(desk, alert(), Decline(seen=1, choice="al-bekend"), REVIEWER)
    assert desk.asked == []


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ((evidence(1), evidence(2)), "Zeker: de meldingen horen bij één persoon"),
        (
            (evidence(1), evidence(2, certainty="tentative")),
            "Niet zeker: 1 melding kan ook bij iemand anders horen",
        ),
        ((), ""),
    ],
)
def test_how_sure_the_join_is_is_said(items: tuple[Evidence, ...], text: str) -> None:
    held = alert(episodes=(Episode.of(signal(items=items)),) if items else ())
    assert certainty(held) == text


def objection(about: str, partner: str = "politie", **changes: object) -> PartnerReply:
    made = PartnerReply(
        partner=partner,
        event=EventKey(SOURCE, "o1"),
        revision=0,
        type=RELEASE_OBJECTION,
        about=about,
        answer=None,
        ground="onderzoeksbelang",
        registered_at=NOW,
        at=NOW,
    )
    return msgspec.structs.replace(made, **changes)


def test_an_objection_is_kept_until_it_is_taken_back() -> None:
    desk = Desk()
    take_reply(desk, OFFICE, objection("e2"))
    take_reply(desk, OFFICE, objection("e2", withdrawn=True))
    kept, gone = statements(desk)
    assert kept.sql.split()[:2] == ["INSERT", "INTO"] and kept.args[:4] == (SOURCE, "o1", "politie", "e2")
    assert gone.sql.split()[:2] == ["DELETE", "FROM"] and gone.args == (SOURCE, "o1")


def test_a_reviewer_sees_an_objection_and_a_coordinator_does_not() -> None:
    seen = Seen(
        alert=alert(), history=[], successor=None, objections=[objection("e2"), objection("e2", "ggz"), objection("e9")]
    )
    [line] = objections(seen, web_desk(Release()), REVIEWER)
    assert line.startswith("14 januari 2026: Overlast door verward/overspannen persoon (Politie)")
    assert "Reden: belang van een onderzoek" in line
    assert objections(seen, web_desk(Release()), ALMERE) == []
    [narrow] = objections(seen, web_desk(Release(beoordelaar={"politie": "niets"})), REVIEWER)
    assert "januari 2026:" not in narrow and "Overlast" not in narrow
