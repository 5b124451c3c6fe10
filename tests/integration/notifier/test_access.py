"""Somebody asks what the desk holds about him: every alert, also from when he had another name, and whom each went to."""

from datetime import timedelta

from vangnet_contract.messages import AccessAsked, EventKey, HeldAlert, Signal, SignalsMessage
from vangnet_notifier.adapters.stage import AlertStage
from vangnet_notifier.app import give_access, take_in
from vangnet_notifier.domain.commands import Release
from vangnet_runtime.database import Pool

from tests.integration.conftest import Schema
from tests.integration.notifier.store import OFFICES, inbox, store, take
from tests.unit.notifier.signals import OFFICE, REVIEWER, T0, evidence, signal

NOW = T0 + timedelta(days=9)


def asked(person: str | None) -> AccessAsked:
    return AccessAsked(partner="client", event=EventKey("s", "i"), at=NOW, person=person)


async def held(pool: Pool, person: str | None, *before: Signal) -> list[HeldAlert]:
    """What is answered, when these signals came in the same batch."""
    request = asked(person)
    batch: list[SignalsMessage] = [*before, request]
    async with pool.acquire() as connection, connection.transaction():
        desk = await AlertStage(OFFICES).load(connection, 0, batch)
        for one in before:
            take_in(desk, OFFICE, one)
        return give_access(desk, request)


async def test_every_alert_of_this_person_and_of_no_other(schema: Schema) -> None:
    mine = [signal(signal_id=f"m-{rule}", person="mine", rule=rule) for rule in ("R1", "R2")]
    async with store(schema) as pool:
        await take(pool, *mine, signal(signal_id="o", person="other"))
        found = await held(pool, "mine")
        assert [(one.rule, one.state, one.told, one.opened_by) for one in found] == [
            ("R1", "candidate", [], 0),
            ("R2", "candidate", [], 0),
        ]
        assert found[0].events == [evidence(n).event for n in range(1, 5)]
        assert await held(pool, "nobody") == [] == await held(pool, None)
        assert len(await held(pool, "new", signal(signal_id="n", person="new"))) == 1


async def test_it_says_what_was_sent_and_how_many_opened_it(schema: Schema) -> None:
    async with store(schema) as pool:
        await take(pool, signal(person="mine"))
        [alert] = await held(pool, "mine")
        await inbox(pool).look(alert.alert, REVIEWER)
        await inbox(pool).decide(alert.alert, Release(seen=1), REVIEWER)
        await pool.execute("UPDATE delivery SET state = 'sent', sent_at = $1 WHERE kind = 'released'", NOW)
        [alert] = await held(pool, "mine")
        assert [(one.kind, one.channel, one.at) for one in alert.told] == [("released", "mail", NOW)]
        assert (alert.opened_by, alert.state, alert.municipality) == (1, "released", "GM0034")


async def test_alerts_that_another_took_the_place_of_are_his_too(schema: Schema) -> None:
    first = signal(signal_id="old", person="former")
    gone = signal("withdrawn", signal_id="old", person="former", items=(), superseded_by="new", at=NOW)
    come = signal(signal_id="new", person="mine", at=NOW)
    async with store(schema) as pool:
        await take(pool, first)
        in_one_batch = {one.alert for one in await held(pool, "mine", gone, come)}
        await take(pool, gone, come)
        found = await held(pool, "mine")
        assert {one.alert for one in found} == in_one_batch
        assert sorted(one.state for one in found) == ["candidate", "withdrawn"]


async def test_that_it_was_told_is_in_the_trail_of_each(schema: Schema) -> None:
    async with store(schema) as pool:
        await take(pool, signal(person="mine"))
        request = asked("mine")
        stage = AlertStage(OFFICES)
        async with pool.acquire() as connection, connection.transaction():
            desk = await stage.load(connection, 0, [request])
            give_access(desk, request)
            for statement in stage.writes(desk):
                await connection.execute(statement.sql, *statement.args)
        [line] = await pool.fetch("SELECT choice, recipient, user_id FROM trail WHERE action = 'export'")
        assert tuple(line) == ("inzage", "client", "systeem")
