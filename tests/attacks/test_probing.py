"""A partner that reports made-up events to learn who is in view."""

from collections.abc import Mapping
from typing import Any

from vangnet_contract.topics import feedback
from vangnet_local.postgres import Postgres

from tests.attacks.region import CARE, ERASURE, line, person, sent
from tests.attacks.register import register


async def test_a_probing_partner_gets_the_same_answers_about_everybody(postgres: Postgres) -> None:
    known, held, erased, unknown = (person(n) for n in range(4))
    async with register(postgres.dsn("linker")) as linker:
        await linker.play(
            (sent(line("k-1", known)), "politie"),
            (sent(line("h-1", held, type=CARE, details={"fase": "start"}), "ggz"), "ggz"),
            (sent(line("x-1", erased)), "politie"),
            (sent(line("x-2", erased, type=ERASURE), "gemeente"), "gemeente"),
        )
        heard, others = [], []
        for number, about in enumerate((known, held, erased, unknown)):
            published = [out for probe in _probes(f"p{number}", about) for out in await linker.play((probe, "ggz"))]
            told = [out for out in published if out.topic == feedback("ggz")]
            heard.append([(out.key, out.value, out.headers) for out in told])
            others.append([out.topic for out in published if out.topic != feedback("ggz")])
    equal = [
        [tuple(str(part).replace(f"p{number}", "p") for part in told) for told in h] for number, h in enumerate(heard)
    ]
    assert equal == [equal[0]] * 4
    assert {len(told) for told in heard} == {5}, "every probe is answered once"
    assert any(topics != others[3] for topics in others), "though inside the region they are not alike"


def _probes(name: str, about: Mapping[str, Any]) -> list[bytes]:
    """A made-up care event, again, contradicted, corrected, taken back."""
    probe = {"type": CARE, "details": {"fase": "start"}}
    return [
        sent(line(name, about, **probe), "ggz"),
        sent(line(name, about, **probe), "ggz"),
        sent(line(name, about, type=CARE, details={"fase": "lopend"}), "ggz"),
        sent(line(f"{name}-c", about, corrects=name, registeredAt="2026-03-01T02:20:00+01:00", **probe), "ggz"),
        sent(line(f"{name}-r", None, retracts=name, type=CARE), "ggz"),
    ]
