"""`vangnet`: the platform on one machine. Results on stdout, everything else on stderr."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from vangnet_local.failures import Expected
from vangnet_local.layout import Layout

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The platform on one machine."
)
policies = typer.Typer(no_args_is_help=True, help="Versions of the policy: which is in force, another one into force.")
app.add_typer(policies, name="policy")

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="The platform's folder [default: $VANGNET_DATA_DIR, else ./.vangnet]", metavar="D"),
]
MOMENTS = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M%z"]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Entry point: expected failures become one message and exit code 1."""
    try:
        app()
    except Expected as failure:
        fail(str(failure))
    except OSError as failure:  # a folder that cannot be made, a full disk: the machine's trouble, not the program's
        if failure.filename is None:
            raise
        fail(f"{failure.filename}: {failure.strerror}")


def fail(text: str) -> NoReturn:
    """One message on stderr; exit code 1."""
    print(f"vangnet: {text}", file=sys.stderr)
    raise SystemExit(1)


@app.command()
def up(  # noqa: PLR0917  # options of a command are not positional
    data_dir: DataDir = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="Folder with the policy [default: that of the earlier run, else the shipped demo]"),
    ] = None,
    clock: Annotated[
        Literal["wall", "event"] | None, typer.Option(help="wall: real time. event: only `vangnet clock` moves time.")
    ] = None,
    secure: Annotated[
        bool | None,
        typer.Option(
            "--secure/--open", help="Kafka asks everybody who he is (TLS, passwords, access rules) [default: as before]"
        ),
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Return when it is ready and let it run.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start everything: Kafka, PostgreSQL, two evaluators, four services, login, mail, tokens."""
    layout = Layout.find(data_dir)

    def show(found: dict[str, object]) -> None:
        print(json.dumps(found) if as_json else readable(found), flush=True)

    if detach:
        from vangnet_local import detached

        show(detached.detach(layout.root, policy, clock, secure=secure))
    else:
        from vangnet_local import foreground
        from vangnet_local.platform import to_stderr

        foreground.run(layout.root, policy, clock, to_stderr, show, secure=secure)


@app.command()
def down(data_dir: DataDir = None) -> None:
    """End everything, also what a crashed `vangnet up` left behind. The data stay."""
    from vangnet_local import control

    layout = Layout.find(data_dir)
    was_running = control.running(layout)
    left = control.down(layout)
    if left:
        print(f"ended what was left behind: {', '.join(left)}", file=sys.stderr)
    print("ended" if was_running or left else f"no platform was running in {layout.root}", file=sys.stderr)


@app.command()
def status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """What runs, with endpoints. Exit code 3 when not everything is ready."""
    from dataclasses import asdict

    from vangnet_local import control
    from vangnet_local.endpoints import State, endpoints

    layout = Layout.find(data_dir)
    state, processes = State.read(layout), control.status(layout)
    ready = all(process.state == "ready" for process in processes)
    if as_json:
        where = endpoints(state, layout) if state else None
        print(json.dumps({"ready": ready, "processes": [asdict(each) for each in processes], "endpoints": where}))
    else:
        for each in processes:
            print(f"{each.name:14} {each.state:9} {each.pid or '-':>8} {each.memory:5} MiB")
        print(f"{'all':14} {'ready' if ready else 'not ready':9} {'':8} {sum(each.memory for each in processes):5} MiB")
        if state:
            print(readable(endpoints(state, layout)))
    raise typer.Exit(0 if ready else 3)


@app.command()
def restart(
    name: Annotated[str, typer.Argument(help="As `vangnet status` names it.")], data_dir: DataDir = None
) -> None:
    """End one process in an orderly way and start it again."""
    from vangnet_local import control

    control.restart(Layout.find(data_dir), name)
    print(f"{name} is ready again", file=sys.stderr)


@app.command()
def clock(
    to: Annotated[
        datetime, typer.Option("--to", formats=MOMENTS, help="A moment with its zone: 2026-03-01T00:00:00+01:00")
    ],
    data_dir: DataDir = None,
) -> None:
    """Event clock only: it is now T. Everything that falls due until T happens."""
    from vangnet_local import control, ticks

    layout = Layout.find(data_dir)
    with ticks.EventClock(control.running_state(layout), layout) as event_clock:
        event_clock.move(to)


@app.command()
def wait_idle(timeout: Annotated[float, typer.Option(help="Seconds.")] = 60.0, data_dir: DataDir = None) -> None:
    """Return when everything is processed and nothing waits to be sent. Exit code 1 after the timeout."""
    from vangnet_local import control, idle

    layout = Layout.find(data_dir)
    watcher = idle.Observer(layout, control.running_state(layout))
    try:
        idle.wait_idle(watcher.look, timeout)
    finally:
        watcher.close()


@app.command()
def check_policy(folder: Annotated[Path, typer.Argument(help="Folder with the policy's YAML files.")]) -> None:
    """Check a policy: every problem with file, line, field and rule. Exit code 1 when there is one."""
    from vangnet_contract.policy import PolicyRefused, load_policy

    try:
        policy = load_policy(folder)
    except PolicyRefused as refused:
        for problem in refused.problems:
            print(problem)
        raise typer.Exit(1) from None
    print(f"{folder}: policy {policy.version} of {policy.region.name} is sound")


@policies.command()
def activate(
    folder: Annotated[Path, typer.Argument(help="Folder with the new version's YAML files.")], data_dir: DataDir = None
) -> None:
    """Bring another version into force: rules from this point of the stream on, the rest as processes start again."""
    from vangnet_local.policies import activate as bring_into_force

    version = bring_into_force(Layout.find(data_dir), folder, lambda text: print(text, file=sys.stderr, flush=True))
    print(f"policy {version} is in force")


@policies.command()
def show(data_dir: DataDir = None) -> None:
    """The version that is in force."""
    from vangnet_contract.policy import PolicyRefused, Shelf

    layout = Layout.find(data_dir)
    try:
        print(Shelf(layout.policy).in_force.version)
    except PolicyRefused as refused:
        fail(f"no policy in {layout.root}: start a platform with `vangnet up`\n{refused}")


@app.command()
def demo(
    data_dir: DataDir = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days are played.")] = 120,
    persons: Annotated[int | None, typer.Option(min=1, help="People whom partners may meet [default: 4470]")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same region.")] = 1,
    once: Annotated[bool, typer.Option("--once", help="Play to the end, compare with the oracle, end.")] = False,
) -> None:
    """A synthetic region, live. Begins anew each time; nobody in it exists."""
    from vangnet_local.demo.command import demo as run

    raise typer.Exit(run(Layout.find(data_dir).root, days, persons, seed, once))


def readable(found: dict[str, object]) -> str:
    """Endpoints for people."""
    lines = {
        "inbox": "Inbox for reviewers and coordinators",
        "mails": "Mails that were sent",
        "rules": "Public page of the rules",
        "report": "Public quarterly report",
        "ingest": "HTTP door for partners",
        "kafka": "Kafka",
        "partners": "Settings and keys of the partners",
        "secrets": "Test credentials",
        "logs": "Logs",
    }
    return "\n".join(f"{text + ':':38} {found[name]}" for name, text in lines.items())
