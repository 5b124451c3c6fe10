"""`vangnet-partner run`: a folder or a pipe, a heartbeat, an orderly end."""

import asyncio
import json
import signal
from typing import Any

from tests.integration.partner.stage import Evaluators, Stage, asked, event_line

HEARTBEAT = "nl.oggz-signalen.beheer.levensteken.v1"


async def answers_until(process: asyncio.subprocess.Process, count: int) -> list[dict[str, Any]]:
    """The next answers."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return [json.loads(await process.stdout.readline()) for _ in range(count)]


async def ended(process: asyncio.subprocess.Process) -> tuple[int, list[dict[str, Any]]]:
    """SIGTERM; exit code and the last answers."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    return process.returncode or 0, [json.loads(line) for line in out.splitlines()]


async def test_files_and_lines_that_come_are_sent_and_a_heartbeat_follows(stage: Stage) -> None:
    folder = stage.folder / "out"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps(event_line(1)) + "\n")
    async with stage.region() as region:
        process = await stage.start("run", "--watch", str(folder))
        first = await answers_until(process, 2)
        with (folder / "a.jsonl").open("a") as file:
            file.write(json.dumps(event_line(2)) + "\n" + json.dumps(event_line(3))[:40])
        second = await answers_until(process, 1)
        with (folder / "a.jsonl").open("a") as file:
            file.write(json.dumps(event_line(3))[40:])
        (folder / "b.jsonl").write_text(json.dumps(event_line(4, municipality="x")) + "\n")
        third = await answers_until(process, 2)
        code, rest = await ended(process)
        process = await stage.start("run", "--watch", str(folder))
        restarted = await answers_until(process, 1)  # only the heartbeat: the files are remembered
        await ended(process)
    assert [answer["line"] for answer in (first[0], second[0])] == [1, 2]
    assert sorted((answer["id"], answer["status"]) for answer in third) == [
        ("2026-000003", "accepted"),
        ("2026-000004", "rejected"),
    ]
    assert (code, rest) == (0, [])
    assert restarted[0]["id"].startswith("levensteken-")
    types = [received.event.type for received in region.received]
    assert types[1] == types[-1] == HEARTBEAT
    assert len(types) == 5


async def test_lines_of_a_pipe_outlive_everything(stage: Stage, evaluators: Evaluators) -> None:
    """An evaluator is away when they come; the process ends; the next one sends them."""
    stage.configure(evaluators=asked(evaluators, None), limits={"retry_seconds": 0.5, "answer_seconds": 60.0})
    async with stage.region() as region:
        process = await stage.start("run")
        assert process.stdin is not None
        process.stdin.write(b"".join(json.dumps(event_line(n)).encode() + b"\n" for n in (1, 2)) + b"{\n")
        kept = await answers_until(process, 3)
        code, _ = await ended(process)
        assert code == 75
        assert {answer["status"] for answer in kept} == {"spooled", "rejected"}
        assert region.received == []
        stage.configure()
        process = await stage.start("run")
        out, err = await process.communicate(json.dumps(event_line(3)).encode())
    assert process.returncode == 0, err
    assert sorted(json.loads(line)["id"] for line in out.splitlines()) == ["2026-000001", "2026-000002", "2026-000003"]
    assert [received.event.id for received in region.received] == ["2026-000001", "2026-000002", "2026-000003"]


async def test_feedback_follows(stage: Stage) -> None:
    async with stage.region():
        process = await stage.start("feedback", "--follow")
        await stage.run("submit", str(stage.write([event_line(1)])))
        (word,) = await answers_until(process, 1)
        code, _ = await ended(process)
    assert (word["ownId"], word["status"], code) == ("2026-000001", "accepted", 0)
