"""What is restarted when."""

from dataclasses import dataclass, field

from vangnet_local.supervisor import HEALTHY_AFTER, LONGEST_PAUSE, Supervisor, pause


@dataclass
class Process:
    """A watched process whose life the test decides."""

    running: bool = True
    orphans_ended: int = 0

    def alive(self) -> bool:
        return self.running

    def ending(self) -> str:
        return "SIGKILL"

    def end_orphans(self) -> None:
        self.orphans_ended += 1


@dataclass
class Scene:
    """One process under a supervisor with a clock of its own. `breaks`: starts that fail."""

    process: Process = field(default_factory=Process)
    now: float = 0.0
    starts: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    dies_at_once: bool = False
    breaks: bool = False

    def __post_init__(self) -> None:
        self.supervisor = Supervisor({"linker": self.process}, self.launch, self.said.append, lambda: self.now)

    def launch(self, name: str) -> None:
        self.starts.append(self.now)
        if self.breaks:
            raise OSError("port is taken")
        self.process.running = not self.dies_at_once

    def play(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.supervisor.look()
            self.now += 0.1


def test_a_living_process_is_left_alone() -> None:
    scene = Scene()
    scene.play(100)
    assert scene.starts == [] and scene.said == []


def test_the_first_end_is_repaired_at_once_and_said() -> None:
    scene = Scene()
    scene.play(1)
    scene.process.running = False
    scene.play(1)
    assert len(scene.starts) == 1 and scene.process.alive() and scene.process.orphans_ended == 1
    assert scene.said == ["linker ended (SIGKILL): restarting now"]


def test_a_process_that_keeps_ending_is_started_with_growing_bounded_pauses() -> None:
    scene = Scene(Process(running=False), dies_at_once=True)
    scene.play(120)
    gaps = [round(b - a, 1) for a, b in zip(scene.starts, scene.starts[1:], strict=False)]
    assert gaps == sorted(gaps) and max(gaps) < LONGEST_PAUSE + 1
    assert gaps[-1] >= LONGEST_PAUSE and len(scene.starts) < 20


def test_after_a_healthy_time_the_pauses_start_anew() -> None:
    scene = Scene(Process(running=False), dies_at_once=True)
    scene.play(20)
    scene.dies_at_once = False
    scene.play(HEALTHY_AFTER + 20)
    scene.process.running = False
    before = scene.now
    scene.play(1)
    assert scene.starts[-1] - before < 0.3


def test_a_start_that_fails_is_said_and_tried_again() -> None:
    scene = Scene(Process(running=False), breaks=True)
    scene.play(5)
    assert len(scene.starts) >= 2 and "linker could not be started: port is taken" in scene.said
    scene.breaks = False
    scene.play(20)
    assert scene.process.alive()


def test_pauses() -> None:
    assert [pause(n) for n in range(8)] == [0, 0.5, 1, 2, 4, 8, 15, 15]
