"""Lists instead of a storm of mails, alerts of one person together, and the balance of rules on trial."""

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

from vangnet_contract.dutch import LOCAL
from vangnet_contract.messages import Signal, Tick
from vangnet_notifier.adapters import dead_letters
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import AnswerTrial, Decline, Release
from vangnet_notifier.domain.trial import Trial
from vangnet_notifier.domain.words import TO_DO, State
from vangnet_notifier.inbox import Filter
from vangnet_runtime.database import Pool

from tests.integration.conftest import Schema
from tests.integration.notifier.servers import Postbox, listening
from tests.integration.notifier.store import REAL_HOURS, inbox, store, take
from tests.integration.notifier.test_delivery import deliver, postman
from tests.unit.notifier.signals import ALMERE, POLICY, REVIEWER, signal

NIGHT = datetime(2026, 3, 3, 2, tzinfo=LOCAL).astimezone(UTC)
MORNING = datetime(2026, 3, 3, 8, tzinfo=LOCAL).astimezone(UTC)
OPEN = Filter(states=TO_DO, size=100)


async def mails(pool: Pool) -> dict[str, int]:
    return {row["kind"]: row["n"] for row in await pool.fetch("SELECT kind, count(*) AS n FROM delivery GROUP BY 1")}


async def test_beyond_a_number_a_day_one_mail_says_that_many_wait_and_nothing_is_lost(schema: Schema) -> None:
    most = POLICY.people.hours.mails_a_day
    async with store(schema) as pool:
        for number in range(most + 7):
            urgent = signal(signal_id=f"s{number}", person=f"p{number}", rule="R2", at=NIGHT)
            await take(pool, urgent, partition=number % 3, offices=REAL_HOURS)
        assert await mails(pool) == {"candidate": most, "many": 1}
        postbox = Postbox()
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        parts = [part for content in postbox.contents for part in message_from_bytes(content, policy=default).walk()]
        said = [part.get_content() for part in parts if not part.is_multipart()]
        waiting = [text for text in said if f"Aantal dat nu wacht op beoordeling: {most + 7}." in text]
        assert len(waiting) == 2 and len([text for text in said if "Aantal dat" in text]) == 2  # text and HTML of one
        elsewhere = signal(signal_id="u", person="u", rule="R2", lead="GM0184", at=NIGHT)
        await take(pool, elsewhere, offices=REAL_HOURS)
        assert await mails(pool) == {"candidate": most + 1, "many": 1}
        assert (await inbox(pool).listing(OPEN, REVIEWER)).total == most + 8


async def test_what_came_at_night_is_one_mail_in_the_morning_whatever_the_partition(schema: Schema) -> None:
    async with store(schema) as pool:
        for number in range(6):
            made = signal(signal_id=f"s{number}", person=f"p{number}", rule="R1", at=NIGHT)
            await take(pool, made, partition=number % 3, offices=REAL_HOURS)
        assert await mails(pool) == {}
        for partition in range(3):
            await take(pool, Tick(at=MORNING), partition=partition, offices=REAL_HOURS)
        assert await mails(pool) == {"list": 1}
        withdrawn = [signal("withdrawn", signal_id="s0", person="p0", rule="R1", items=(), at=MORNING)]
        await take(pool, *withdrawn, offices=REAL_HOURS)
        assert await pool.fetchval("SELECT state FROM delivery WHERE kind = 'list'") == "queued"


async def test_coordinators_get_one_overview_a_working_day_of_what_waits(schema: Schema) -> None:
    async with store(schema) as pool:
        for number, place in enumerate(["GM0034", "GM0034", "GM0184"]):
            made = signal(signal_id=f"s{number}", person=f"p{number}", rule="R1", lead=place, at=NIGHT)
            await take(pool, made, Tick(at=NIGHT), partition=number, offices=REAL_HOURS)
        for alert in (await inbox(pool).listing(OPEN, REVIEWER)).alerts:
            await inbox(pool).decide(alert.id, Release(seen=alert.version), REVIEWER)
        await pool.execute("DELETE FROM delivery")
        for later in (MORNING - timedelta(minutes=1), MORNING, MORNING + timedelta(hours=1)):
            for partition in range(3):
                await take(pool, Tick(at=later), partition=partition, offices=REAL_HOURS)
        assert await mails(pool) == {"digest": 2}
        postbox = Postbox()
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        texts = [message_from_bytes(content, policy=default) for content in postbox.contents]
        told = {str(mail["To"]): next(mail.walk()).as_string() for mail in texts}
        assert {(to.partition("<")[2], "wacht: 2." in said, "wacht: 1." in said) for to, said in told.items()} == {
            ("coordinator-almere@vangnet.example>", True, False),
            ("coordinator-urk@vangnet.example>", False, True),
        }
        for days, number in ((3, 3), (4, 3), (6, 4)):  # Friday, Saturday, Monday
            await take(pool, Tick(at=MORNING + timedelta(days=days)), offices=REAL_HOURS)
            assert (await mails(pool))["digest"] == number


async def withdrawal_of_the_first_on_the_list(pool: Pool) -> Signal:
    """After a night with two alerts and a morning."""
    for number in range(2):
        await take(pool, signal(signal_id=f"s{number}", person=f"p{number}", rule="R1", at=NIGHT), offices=REAL_HOURS)
    await take(pool, Tick(at=MORNING), offices=REAL_HOURS)
    first = await pool.fetchval("SELECT s.signal FROM delivery d JOIN alert_signal s USING (alert) WHERE kind = 'list'")
    return signal("withdrawn", signal_id=first, person=f"p{first[1:]}", rule="R1", items=(), at=MORNING)


async def test_a_list_goes_on_being_tried_when_its_first_alert_is_withdrawn_meanwhile(schema: Schema) -> None:
    postbox = Postbox("hang")
    async with store(schema) as pool:
        withdrawn = await withdrawal_of_the_first_on_the_list(pool)
        with listening(postbox) as port:
            sending = asyncio.create_task(postman(pool, port).round())
            while not postbox.seen:
                await asyncio.sleep(0.01)
            await take(pool, withdrawn, offices=REAL_HOURS)
            postbox.released.set()  # and refuses
            await sending
            await deliver(pool, port, postbox)
        assert await pool.fetchval("SELECT state FROM delivery WHERE kind = 'list'") == "sent"


async def test_a_list_that_was_given_up_is_sent_by_a_replay_though_its_first_alert_is_withdrawn(schema: Schema) -> None:
    postbox = Postbox("550 no")
    async with store(schema) as pool:
        withdrawn = await withdrawal_of_the_first_on_the_list(pool)
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
            await take(pool, withdrawn, offices=REAL_HOURS)
            async with pool.acquire() as connection:
                assert await dead_letters.replay(connection, None) == 1
            await deliver(pool, port, postbox)
        assert await pool.fetchval("SELECT state FROM delivery WHERE kind = 'list'") == "sent"


async def release(pool: Pool, alert: Alert) -> None:
    assert isinstance(await inbox(pool).decide(alert.id, Release(seen=alert.version), REVIEWER), Alert)


async def test_a_smaller_alert_of_a_person_stands_under_the_greater_for_those_who_know_him_by_one_name(
    schema: Schema,
) -> None:
    async with store(schema) as pool:
        for name, person, rule, lead in (
            ("a", "p1", "R1", "GM0034"),
            ("b", "p2", "R1", "GM0034"),
            ("c", "p1", "R2", "GM0034"),
            ("d", "p1", "R4", "GM0184"),
        ):
            await take(pool, signal(signal_id=name, person=person, rule=rule, lead=lead, at=NIGHT))
        listing = await inbox(pool).listing(OPEN, REVIEWER)
        found = [(alert.person, alert.rule, alert.id in listing.heads) for alert in listing.alerts]
        assert found[:3] == [("p1", "R2", False), ("p1", "R1", True), ("p1", "R4", True)] and found[3][0] == "p2"
        for alert in listing.alerts:
            await release(pool, alert)
        head = listing.alerts[0].id
        seen = await inbox(pool).look(head, ALMERE)
        assert seen and [other.rule for other in seen.same_person] == ["R1"]  # Urk knows him by another name
        own = await inbox(pool).listing(OPEN, ALMERE)
        assert [alert.rule for alert in own.alerts][:2] == ["R2", "R1"] and list(own.heads.values()) == [head]


async def test_the_balance_counts_answers_by_rule_and_municipality(schema: Schema) -> None:
    async with store(schema) as pool:
        for number, answer in enumerate(["ja", "ja", "al-bekend", "nee", ""]):
            await take(pool, signal(signal_id=f"s{number}", person=f"p{number}", rule="R4", mode="schaduw", at=NIGHT))
            every = (await inbox(pool).listing(Filter(states=(State.SHADOW,)), REVIEWER)).alerts
            made = next(alert for alert in every if alert.person == f"p{number}")
            if answer:
                command = AnswerTrial(seen=1, choice=answer)
                assert isinstance(await inbox(pool).decide(made.id, command, REVIEWER), Alert)
        expected = Trial(rule="R4", municipality="GM0034", alerts=5, helped=2, known=1, useless=1)
        assert await inbox(pool).trials(REVIEWER) == [expected]
        assert await inbox(pool).trials(ALMERE) == []


async def test_the_start_list_holds_what_was_so_already(schema: Schema) -> None:
    async with store(schema) as pool:
        await take(pool, signal(signal_id="a", person="p1", start_list=True), signal(signal_id="b", person="p2"))
        wanted = Filter(states=(State.CANDIDATE,), start_list=True)
        listing = await inbox(pool).listing(wanted, REVIEWER)
        assert [alert.person for alert in listing.alerts] == ["p1"] and listing.total == 1
        declined = Decline(seen=1, choice="al-bekend")
        assert isinstance(await inbox(pool).decide(listing.alerts[0].id, declined, REVIEWER), Alert)
        assert (await inbox(pool).listing(wanted, REVIEWER)).total == 0
