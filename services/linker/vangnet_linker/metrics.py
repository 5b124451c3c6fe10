"""What the linker counts of the quality of its links, without knowing the truth. Labels: partners and three words."""

from prometheus_client import Counter, Histogram
from vangnet_runtime.metrics import REGISTRY

from vangnet_linker.domain.profile import Profile
from vangnet_linker.domain.registry import Registry

IDENTITIES = Counter(
    "vangnet_linker_identities_total",
    "New identities, by what they were linked to: alone, joined (surely one with others), tentative (may be somebody else).",
    ["partner", "link"],
    registry=REGISTRY,
)
WITHOUT_DATE = Counter(
    "vangnet_linker_identities_without_date_total",
    "New identities without a whole birth date: unknown, or a placeholder such as 1 January.",
    ["partner"],
    registry=REGISTRY,
)
COMPONENT = Histogram(
    "vangnet_linker_component_profiles",
    "Identities that hang together by edges, each time that one comes to them.",
    buckets=(1, 3, 10, 30, 100, 300, 1000),
    registry=REGISTRY,
)
_WITH_DATE = frozenset({10, 12, 13, 14, 16, 27, 29})
"""Kinds of scheme v2 that hold a month and a day."""


def count(registry: Registry) -> None:
    """After it is durable."""
    for profile in registry.newcomers():
        IDENTITIES.labels(profile.partner, link(profile, registry.person_size(profile))).inc()
        WITHOUT_DATE.labels(profile.partner).inc(not any(token[0] in _WITH_DATE for token in profile.tokens))
        COMPONENT.observe(registry.component_size(profile))


def link(profile: Profile, size: int) -> str:
    """`size`: identities of the same person."""
    if size > 1:
        return "joined"
    return "tentative" if profile.tentative else "alone"
