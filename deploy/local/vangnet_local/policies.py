"""`vangnet policy activate`: another version of the policy comes into force, in the stream and for what starts later."""

from collections.abc import Callable
from pathlib import Path

from vangnet_contract.messages import PolicyActivated
from vangnet_contract.policy import PolicyRefused, Shelf
from vangnet_indicators.domain.rulebook import rulebook

from vangnet_local import control
from vangnet_local.control_messages import ControlMessages
from vangnet_local.endpoints import State
from vangnet_local.failures import Expected
from vangnet_local.layout import Layout

READ_AT_START = ("ingest", "linker", "people")
"""Processes that know the policy from their start: doors, keys and retention; users."""


class NotActivated(Expected):
    """The policy stays as it was; the text says why."""


def activate(layout: Layout, folder: Path, progress: Callable[[str], None]) -> str:
    """The version that is in force now. Done again after a failure half-way, it ends where it should. Raises NotActivated."""
    state = State.read(layout)
    if state is None or not control.running(layout):
        raise NotActivated(f"no platform runs in {layout.root}: start it with `vangnet up`, then activate")
    shelf = Shelf(layout.policy)
    before = shelf.in_force
    try:
        after = shelf.put(folder)
    except PolicyRefused as refused:
        raise NotActivated(f"the policy in {folder} cannot be used:\n{refused}") from None
    version = after.version
    with ControlMessages(state, layout) as messages:
        messages.send(PolicyActivated(version=version))
    shelf.activate(version)
    for name in READ_AT_START:
        progress(f"{name} starts again with policy {version}")
        control.restart(layout, name)
    if rulebook(before).counting != rulebook(after).counting:
        progress(f"counts of areas are those of policy {before.version} until you run: vangnet-indicators rebuild")
    return version
