"""Links are counted by partner: what a new identity was joined to, and whether it came without a birth date."""

from vangnet_linker import metrics
from vangnet_linker.app import Message, step
from vangnet_runtime.metrics import REGISTRY

from tests.unit.linker.events import POLICY, incoming, tokens
from tests.unit.linker.world import World

PARTNER = "geteld"


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"vangnet_linker_{name}", labels) or 0.0


def test_new_identities_are_counted_by_what_they_were_linked_to() -> None:
    messages: list[Message] = [
        incoming(1, "a", tokens(), partner=PARTNER),
        incoming(2, "b", tokens(surname="Vriess"), partner=PARTNER),
        incoming(3, "c", tokens(), partner=PARTNER),
        incoming(4, "d", tokens(givennames="Pieter", birthdate="1980-01-01"), partner=PARTNER),
    ]
    before = counted("component_profiles_count")
    world = World()
    registry = world.load(messages)
    for message in messages:
        step(registry, message, POLICY)
    metrics.count(registry)
    links = {link: counted("identities_total", partner=PARTNER, link=link) for link in ("alone", "joined", "tentative")}
    assert sum(links.values()) == 3 and links["joined"] == 2
    assert counted("identities_without_date_total", partner=PARTNER) == 1
    assert counted("component_profiles_count") - before == 3
