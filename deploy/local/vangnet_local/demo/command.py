"""`vangnet demo`: up, simulate, play, watch; with `--once` to the end, compared with the oracle, and down again."""

import asyncio
import shutil
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.live import Live
from vangnet_contract.policy import load_policy
from vangnet_simulator.region import DEFAULT_PERSONS, Region

from vangnet_local.demo import view
from vangnet_local.demo.compare import compare
from vangnet_local.demo.play import Played, play
from vangnet_local.demo.region import Day, days
from vangnet_local.demo.reviewer import Reviewer
from vangnet_local.demo.truth import read_log, replay
from vangnet_local.failures import Expected
from vangnet_local.foreground import end_on_signal
from vangnet_local.idle import Observer, wait_idle
from vangnet_local.layout import Layout
from vangnet_local.platform import Ended, Platform
from vangnet_local.supervisor import Supervisor

START = date(2026, 1, 1)
MARK = "demo"  # a folder with this file holds nothing but a demo, and may be emptied for the next
PACE = 1.5  # seconds for a day that is watched
REVIEW_EVERY = 30  # days, for the scripted reviewer


class NotADemo(Expected):
    """The folder holds something else."""


def demo(data_dir: Path, day_count: int, persons: int | None, seed: int, once: bool) -> int:
    """Runs the demo; the exit code: 0 when played to the end without a difference, or ended by the person watching."""
    end_on_signal()
    layout = Layout(fresh(data_dir))
    platform = Platform.start(layout.root, None, "event")
    (layout.root / MARK).touch()
    try:
        simulation = Region.generate(seed, day_count, persons or DEFAULT_PERSONS, START)
        run = play_once if once else watch
        return run(platform, list(days(simulation, START, day_count)))
    except Ended:
        return 0
    finally:
        platform.stop()


def fresh(data_dir: Path) -> Path:
    """An empty folder: a demo begins anew. Raises NotADemo rather than to delete what is none."""
    root = data_dir.resolve()
    if root.exists() and any(root.iterdir()):
        if not (root / MARK).exists():
            raise NotADemo(f"{root} holds a platform that is no demo: give another --data-dir")
        shutil.rmtree(root)
    return root


def play_once(platform: Platform, plan: list[Day]) -> int:
    """Plays everything, reviews by script, compares, says so."""
    layout, say = platform.layout, platform.say
    reviewer = Reviewer(str(platform.endpoints["inbox"]))
    observer = Observer(layout, platform.state)

    def each_day(played: Played) -> None:
        assert played.until is not None
        number = (played.until.date() - START).days
        if number % REVIEW_EVERY == 0:
            reviewer.release_all()
            say(f"day {number} of {len(plan)}: {played.events} events in {played.seconds:.0f} s")

    say(f"rules {platform.endpoints['rules']}; quarterly report {platform.endpoints['report']}")
    say("a scripted reviewer logs in as beoordelaar and releases every candidate")
    played = asyncio.run(play(layout, platform.state, plan, each_day))
    wait_idle(observer.look, timeout=120)
    reviewer.release_all()
    wait_idle(observer.look, timeout=120)
    mails = httpx.get(str(platform.endpoints["mails"]), headers={"Accept": "application/json"}, timeout=60).json()
    truth = replay(read_log(platform.kafka.admin), played.lines, load_policy(layout.policy))
    found = compare(layout, truth, plan[-1].end, mails)
    for difference in found.differences[:20]:
        print(difference, file=sys.stderr)
    print(
        f"demo: {played.events} events, {found.persons} persons, {found.alerts} alerts, {len(found.differences)} differences"
    )
    return 1 if found.differences else 0


def watch(platform: Platform, plan: list[Day]) -> int:
    """Plays at a pace that can be followed, and stays until Ctrl-C."""
    stop = threading.Event()
    supervisor = Supervisor(platform.children, platform.launch, platform.say)
    watching = threading.Thread(target=supervisor.run, args=(stop,))
    watching.start()
    console = Console()
    try:
        with Live(console=console, refresh_per_second=4, screen=console.is_terminal) as live:
            show = _shower(platform, live)
            asyncio.run(play(platform.layout, platform.state, plan, show, PACE))
            console.print("the last day was played; the platform stays until Ctrl-C")
            threading.Event().wait()
    finally:
        stop.set()
        watching.join()  # or it would start again what is being ended
    return 0


def _shower(platform: Platform, live: Live) -> Callable[[Played], None]:
    reviewer = Reviewer(str(platform.endpoints["inbox"]))
    where: dict[str, Any] = dict(platform.endpoints)

    def show(played: Played) -> None:
        metrics = {name: view.scrape(where["metrics"][name]) for name in ("ingest", "linker", "indicators", "notifier")}
        live.update(view.panel(played, metrics, _persons(platform), reviewer.newest(), where))

    return show


def _persons(platform: Platform) -> int:
    return int(platform.postgres.sql("SELECT count(DISTINCT person) FROM linker.profile").strip())
