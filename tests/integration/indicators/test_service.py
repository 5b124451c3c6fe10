"""`vangnet-indicators run` as it is started in production: doors, messages that cannot be processed, an orderly end."""

import json
import signal
import time
import urllib.error
import urllib.request
from datetime import timedelta

from vangnet_contract.messages import AreaEvent, Heartbeat, PolicyActivated, Signal, Tick

from tests.integration.indicators.region import Region
from tests.unit.indicators.people import DEMO, HOUR, START, change, record

LATE = START + timedelta(days=400)
GOOD, BROKEN = "a" * 32, "b" * 32


def answer(port: str, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError as away:
        return 0, str(away)


def eventually(check: object, within: float = 20.0) -> None:
    assert callable(check)
    deadline = time.monotonic() + within
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_what_cannot_be_processed_waits_and_the_rest_goes_on(region: Region) -> None:
    nights = [record(f"g{n}", LATE + n * 24 * HOUR) for n in range(3)]
    environment = region.environment()
    with region.running(environment) as process:
        eventually(lambda: answer(environment["VANGNET_HTTP_PORT"], "/readyz")[0] == 200)
        await region.send_raw(b"not a message", GOOD)
        await region.send(
            [
                change(LATE, removed=[record("never-there", LATE)], person=BROKEN),
                change(LATE, [record("behind", LATE)], person=BROKEN),
                PolicyActivated(version=DEMO.version),
                AreaEvent(change="added", record=nights[0], traceable=True),
                Heartbeat(partner="politie", up_to=LATE),
                change(LATE + 48 * HOUR, nights, person=GOOD),
                Tick(at=LATE + 48 * HOUR),
            ]
        )
        await region.done()
        parked = region.command("parked", "list").stdout.splitlines()
        assert sum("RecordMissing" in line and "2 message(s)" in line for line in parked) == 1
        assert len(parked) == 1
        handle = next(line.split()[0] for line in parked if "RecordMissing" in line)
        assert region.command("parked", "drop", handle).returncode == 0
        eventually(lambda: handle not in region.command("parked", "list").stdout)
        said = [message for messages in (await region.said()).values() for message in messages]
        assert [(s.rule, s.change) for s in said if isinstance(s, Signal) and s.person == GOOD] == [("R2", "raised")]
        assert not any(isinstance(s, Signal) and s.person == BROKEN for s in said)
        assert answer(environment["VANGNET_HTTP_PORT"], "/healthz") == (200, '{"status":"alive"}')
        status, metrics = answer(environment["VANGNET_METRICS_PORT"], "/metrics")
        assert status == 200 and 'vangnet_refused_total{reason="not-a-message",stage="indicators"} 1.0' in metrics
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    lines = [json.loads(line) for line in region.log().splitlines()]
    assert not any(GOOD in line or "g1" in line for line in map(json.dumps, lines))
