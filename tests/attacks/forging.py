"""Changing events on the way, as whoever runs Kafka can."""

import json
from collections.abc import Callable
from typing import Any

from vangnet_linker.domain.incoming import Incoming, Unopenable
from vangnet_pseudonym import signature

from tests.attacks import region

Change = Callable[[dict[str, Any]], object]
"""Changes the event in place."""


def rewritten(raw: bytes, change: Change, signer: str | None = None) -> bytes:
    """The event after a change, with its old signature, or signed anew by a partner."""
    event = json.loads(raw)
    change(event)
    material, data = event.pop("dssematerial", None), json.dumps(event.pop("data")).encode()
    if signer:
        material = signature.sign_event(event, data, region.SIGNING[signer], f"{signer}-1")
    head = json.dumps(event | ({"dssematerial": material} if material else {})).encode()
    return head[:-1] + b', "data": ' + data + b"}"


def believed(raw: bytes, partner: str = "politie") -> Incoming | None:
    """Everything that the linker believes of these bytes, and about whom; None when it believes nothing."""
    found = region.opened(raw, partner)
    return found if isinstance(found, Incoming) else None


def reasons(raw: bytes, partner: str = "politie") -> set[str]:
    """Why the linker does not believe them."""
    found = region.opened(raw, partner)
    return {problem.reason for problem in found.problems} if isinstance(found, Unopenable) else set()
