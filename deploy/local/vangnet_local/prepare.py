"""Makes a data folder ready for a start: policy, keys, settings. What is there stays; addresses are written anew."""

import shutil
from pathlib import Path

from vangnet_contract.policy import Policy, PolicyRefused, Shelf, load_policy

from vangnet_local.endpoints import EVALUATORS, SERVICES, STATEFUL, Clock, Ports, State
from vangnet_local.evaluators import make_evaluators, share_file
from vangnet_local.kafka_access import make_passwords
from vangnet_local.layout import Layout
from vangnet_local.partners import write_partner_settings
from vangnet_local.postgres import Postgres
from vangnet_local.processes import StartFailed
from vangnet_local.programs import service_environment
from vangnet_local.secrets import BOUND_TO_DATA, database_passwords, make_secrets, overwrite, write_keys

DEFAULT_POLICY = Path(__file__).resolve().parents[2] / "policy" / "demo"


def prepare(layout: Layout, policy: Path | None, clock: Clock | None, *, secure: bool | None = None) -> State:
    """The folder's policy, keys and settings, made where they are missing. Raises StartFailed."""
    earlier = State.read(layout)
    if earlier and clock and clock != earlier.clock:
        raise StartFailed(
            f"{layout.root} was made with --clock {earlier.clock}: its data do not fit --clock {clock}. "
            "Use another --data-dir, or remove this one."
        )
    _nothing_lost(layout)
    source = policy or (Path(earlier.policy_from) if earlier else DEFAULT_POLICY)
    chosen = _same_policy(policy, layout) if earlier else copy_policy(source, layout)
    names = [partner.name for partner in chosen.partners]
    make_secrets(layout, names)
    keys = write_keys(layout, names, make_evaluators(layout, names))
    state = State(
        Ports.chosen(earlier.ports if earlier else None),
        clock or _clock(earlier),
        str(source),
        earlier.secure if earlier and secure is None else bool(secure),
    )
    if state.secure:
        make_passwords(layout, names)
    state.write(layout, {name: service_environment(name, state, layout) for name in SERVICES})
    _write_database_addresses(layout, state)
    write_partner_settings(layout, state, chosen.model_copy(update={"keys": keys}))
    return state


def _nothing_lost(layout: Layout) -> None:
    """A new pepper, seal key or half of a key beside old data would part everybody from their past without a word."""
    if not layout.postgres.exists():
        return
    needed = [*(layout.secrets / name for name in BOUND_TO_DATA), *(share_file(layout, name) for name in EVALUATORS)]
    if gone := [str(path) for path in needed if not path.exists()]:
        raise StartFailed(
            f"{layout.root} holds data, and what they were made with is gone: {', '.join(gone)}. "
            "Bring it back, or use another --data-dir."
        )


def copy_policy(source: Path, layout: Layout) -> Policy:
    """Checked first: a refused policy leaves the folder as it was."""
    policy = usable_policy(source)
    layout.policy.mkdir(parents=True, exist_ok=True)
    for file in source.glob("*.yaml"):
        shutil.copyfile(file, layout.policy / file.name)
    return policy


def _same_policy(asked: Path | None, layout: Layout) -> Policy:
    """The one that is in force in a folder with data: another one has to come in through the stream."""
    try:
        shelf = Shelf(layout.policy)
        if asked and shelf.put(asked).version != shelf.in_force.version:
            raise StartFailed(
                f"{layout.root} runs policy {shelf.in_force.version}: start it without --policy, then "
                f"`vangnet policy activate {asked}`"
            )
        return shelf.in_force
    except PolicyRefused as refused:
        raise StartFailed(f"the policy in {asked or layout.policy} cannot be used:\n{refused}") from None


def usable_policy(folder: Path) -> Policy:
    """Raises StartFailed with every problem of the policy."""
    try:
        return load_policy(folder)
    except PolicyRefused as refused:
        raise StartFailed(f"the policy in {folder} cannot be used:\n{refused}") from None


def _clock(earlier: State | None) -> Clock:
    return earlier.clock if earlier else "wall"


def _write_database_addresses(layout: Layout, state: State) -> None:
    server = Postgres(layout.postgres, database_passwords(layout), layout.folders, state.ports.postgres)
    for name in STATEFUL:
        overwrite(layout.secrets / f"{name}-database", server.dsn(name))
