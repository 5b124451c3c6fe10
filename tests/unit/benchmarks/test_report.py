"""What `make bench` leaves in results/latest.json."""

import json
from pathlib import Path

from benchmarks import report
from benchmarks.figure import CPU, PEERS, Figure


def test_a_peer_that_could_not_be_measured_is_there_with_its_error(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    ran = Figure(PEERS, "vangnet", 1234.56, "events/s", beside={CPU: 2000})
    failed = Figure(PEERS, "quixstreams", 0.0, "events/s", error="NotBuilt: uv failed")
    report.write("peers", [ran, failed], path)
    assert json.loads(path.read_text())["peers"] == [
        {"name": "vangnet", "events_per_s": 1234.6, "events_per_cpu_s": 2000},
        {"name": "quixstreams", "events_per_s": None, "error": "NotBuilt: uv failed"},
    ]
    assert report.line(failed) == "peers: quixstreams: NotBuilt: uv failed"


def test_a_benchmark_replaces_its_own_figures_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    report.write("peers", [Figure(PEERS, "vangnet", 1.0, "events/s", beside={CPU: 1})], path)
    report.write("ingest", [Figure("ingest", "old name", 1.0, "events/s")], path)
    report.write("ingest", [Figure("ingest", "new name", 2.0, "events/s")], path)
    found = json.loads(path.read_text())
    assert [(figure["benchmark"], figure["what"]) for figure in found["figures"]] == [
        ("peers", "vangnet"),
        ("ingest", "new name"),
    ]
    assert [peer["name"] for peer in found["peers"]] == ["vangnet"]
