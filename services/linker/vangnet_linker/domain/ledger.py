"""What was received under a source and id: enough to answer every later message the same, whoever it is about.

The ledger of an event outlives its facts: after destruction only keyed hashes are left, until the admission horizon.
"""

from datetime import datetime
from enum import Enum, auto

import msgspec
from vangnet_contract.reasons import Problem, Reason

from vangnet_linker.domain.incoming import Incoming, VersionKind


class Version(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One accepted message about an event, without its facts."""

    key: bytes
    kind: VersionKind
    type: str
    registered_at: datetime
    received_at: datetime
    content: bytes
    identities: dict[int, bytes]


class Answer(Enum):
    """New = it changes something or may later; Repeat = the same message again, answered as before."""

    NEW = auto()
    REPEAT = auto()


def version_of(incoming: Incoming) -> Version:
    """The ledger's line for a message."""
    return Version(
        key=incoming.version,
        kind=incoming.kind,
        type=incoming.record.type,
        registered_at=incoming.registered_at,
        received_at=incoming.received_at,
        content=incoming.content,
        identities=incoming.identities,
    )


def judge(incoming: Incoming, versions: list[Version], elsewhere: bool) -> Answer | list[Problem]:
    """The answer to a message, from what came before under its root; `elsewhere`: its id already names another event."""
    for version in versions:
        if version.key == incoming.version:
            return (
                Answer.REPEAT
                if _same(version, incoming)
                else [Problem(Reason.ID_REUSED, "id", "names an earlier event of other content")]
            )
    if elsewhere:
        return [Problem(Reason.ID_REUSED, "id", "names an earlier event of other content")]
    if incoming.kind == "retraction":
        return _retraction_problems(incoming, versions) or Answer.NEW
    return Answer.NEW


def _same(version: Version, incoming: Incoming) -> bool:
    shared = version.identities.keys() & incoming.identities.keys()
    if version.content != incoming.content or bool(version.identities) != bool(incoming.identities):
        return False
    return all(version.identities[epoch] == incoming.identities[epoch] for epoch in shared)


def _retraction_problems(incoming: Incoming, versions: list[Version]) -> list[Problem]:
    problems = []
    if any(version.kind == "retraction" for version in versions):
        problems.append(Problem(Reason.ALREADY_RETRACTED, "data.retracts", "names an event that is retracted already"))
    if any(version.kind == "root" and version.type != incoming.record.type for version in versions):
        problems.append(Problem(Reason.TYPE_OF_ROOT_DIFFERS, "type", "must be the type of the event that is retracted"))
    return problems
