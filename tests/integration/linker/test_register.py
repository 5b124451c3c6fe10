"""The register on a real PostgreSQL: in any batches the persons are those from scratch, and an older register is taken over."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import islice
from random import Random

import pytest
from vangnet_contract.messages import Tick
from vangnet_contract.policy import Policy
from vangnet_contract.policy.region import Linkage
from vangnet_linker.adapters import store
from vangnet_linker.adapters.rows import unpack_row
from vangnet_linker.app import Message, step
from vangnet_linker.domain.incoming import Decided, Incoming
from vangnet_linker.domain.linkage.neighbourhood import linking_of
from vangnet_local.postgres import Postgres
from vangnet_runtime.database import Pool, connect
from vangnet_runtime.migrations import apply, migrate, read_migrations
from vangnet_runtime.writer import run
from vangnet_simulator.oracle.joining import joining_of
from vangnet_simulator.oracle.linking import People

from tests.unit.linker.events import CARE, INCIDENT, POLICY, SOURCE, START, incoming, keyed, tokens
from tests.unit.linker.test_against_oracle import fact

EVENTS = 60
SOMEBODY_ELSE = {
    "givennames": "Anna", "surname": "Bakker", "birthdate": "1954-02-03", "postcode": "8223XA", "street": "Dorpsweg", "city": "Lelystad",
}  # fmt: skip


@pytest.fixture
async def pool(postgres: Postgres) -> AsyncIterator[Pool]:
    """An empty schema."""
    postgres.sql("DROP SCHEMA linker CASCADE; CREATE SCHEMA linker AUTHORIZATION linker;")
    found = await connect(postgres.dsn("linker"), "linker")
    yield found
    await found.close()
    postgres.sql("DROP SCHEMA linker CASCADE; CREATE SCHEMA linker AUTHORIZATION linker;")


def history(chance: Random) -> list[Message]:
    """Families, twins, slips of the pen and citizen numbers; a third corrected, a tenth retracted, and Ticks between."""
    messages: list[Message] = []
    for number in range(EVENTS):
        root, type_ = f"e{number}", chance.choice([INCIDENT, INCIDENT, CARE])
        messages.append(incoming(len(messages), root, somebody(chance), type=type_))
        if chance.random() < 0.3:
            later = timedelta(days=1)
            messages.append(
                incoming(len(messages), f"k{number}", somebody(chance), type=type_, corrects=root, registered=later)
            )
        if chance.random() < 0.1:
            messages.append(incoming(len(messages), f"r{number}", retracts=root, type=type_))
        if chance.random() < 0.05:
            messages.append(Tick(at=START + timedelta(seconds=len(messages))))
    return messages


def somebody(chance: Random) -> frozenset[bytes]:
    """One of some thirty people, written down in one of many ways."""
    house = chance.randrange(8)
    return tokens(
        givennames=chance.choice(["Jan", "Jan", "Pieter", "J.", "Jna"]),
        surname=chance.choice(["Vries", "Vries", "Vriess", "Jansen"]),
        birthdate=chance.choice(["1980-05-17", f"19{50 + house}-03-{10 + house}"]),
        postcode=f"131{house}AB",
        bsn=chance.choice(["", "", "", "245216571", "041668881"]) if house < 2 else "",
        clientnumber=chance.choice(["", "", f"C-{house}"]),
    )


async def play(pool: Pool, messages: Sequence[Message], batch: int, policy: Policy = POLICY) -> None:
    rest = iter(messages)
    while chunk := list(islice(rest, batch)):
        async with pool.acquire() as connection, connection.transaction():
            registry = await store.load(connection, chunk, linking_of(policy))
            for message in chunk:
                step(registry, message, policy)
            for statement in store.writes(registry):
                await run(connection, statement)


async def persons(pool: Pool) -> set[frozenset[str]]:
    """Whoever is in view."""
    found: dict[bytes, set[str]] = {}
    for row in map(unpack_row, await pool.fetch("SELECT key, profile, due, body FROM event")):
        if row.shown is not None:
            found.setdefault(row.shown[0], set()).add(row.shown[1].event.id)
    return set(map(frozenset, found.values()))


@pytest.mark.parametrize("batch", [1, 7, 1000])
async def test_the_persons_are_those_of_the_oracle_in_any_batches(pool: Pool, batch: int) -> None:
    messages = history(Random(5))
    await migrate(pool, "vangnet_linker")
    await play(pool, messages, batch)
    people = People(joining_of(POLICY))
    for message in messages:
        if isinstance(message, Tick):
            people.tick(message.at)
        elif isinstance(message, Incoming):
            people.hear(fact(message, message.tokens))
    assert await persons(pool) == {
        frozenset(fact.root[1] for fact in facts) for facts in people.in_view().values() if facts
    }
    assert max(map(len, await persons(pool))) > 3


async def test_a_link_decision_is_kept_and_can_be_revoked(pool: Pool) -> None:
    await migrate(pool, "vangnet_linker")
    await play(pool, [incoming(1, "a", tokens()), incoming(2, "b", tokens(surname="Vriess"))], 1)
    assert await persons(pool) == {frozenset("ab")}
    pair = (keyed(SOURCE, "a"), keyed(SOURCE, "b"))
    decided = Decided(decision="d", roots=pair, at=START, revoked=False)
    await play(pool, [decided, incoming(3, "c", tokens(surname="Vriess"))], 1)
    assert await persons(pool) == {frozenset("a"), frozenset("bc")}
    await play(pool, [Decided(decision="d", roots=pair, at=START, revoked=True)], 1)
    assert await persons(pool) == {frozenset("abc")}


async def test_another_threshold_changes_persons_by_and_by_at_ticks(pool: Pool) -> None:
    """Each way: those whom it takes apart come together again."""
    await migrate(pool, "vangnet_linker")
    about = {"a": tokens(), "b": tokens(birthdate=""), "c": tokens(**SOMEBODY_ELSE)}
    await play(pool, [incoming(number, name, who) for number, (name, who) in enumerate(about.items())], 7)
    assert await persons(pool) == {frozenset("ab"), frozenset("c")}
    strict = Linkage(persons=20_000_000, sure=0.9999)
    other = POLICY.model_copy(update={"region": POLICY.region.model_copy(update={"linkage": strict})})
    await play(pool, [Tick(at=START)], 1, other)
    assert await persons(pool) == {frozenset("a"), frozenset("b"), frozenset("c")}
    await play(pool, [Tick(at=START), Tick(at=START)], 2)
    assert await persons(pool) == {frozenset("ab"), frozenset("c")}


async def test_tokens_of_an_older_register_are_found_by_number(pool: Pool) -> None:
    before = [m for m in read_migrations("vangnet_linker", "migrations") if m.number < 3]
    async with pool.acquire() as connection:
        await apply(connection, [*read_migrations("vangnet_runtime", "schema"), *before])
        about = tokens()
        for token in about:
            await connection.execute("INSERT INTO token (token, birth) VALUES ($1::text::uuid, 7)", token[3:].hex())
    await migrate(pool, "vangnet_linker")
    found = {row["key"] for row in await pool.fetch("SELECT key FROM token WHERE birth = 7")}
    assert found == {int.from_bytes(token[3:11], signed=True) for token in about}
