"""Prometheus' and Alertmanager's own tools on the rules, their tests, the dashboards' queries and the routes."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".tools/prometheus"
ALERTMANAGER = ROOT / "deploy/alertmanager/alertmanager.yaml"


def run(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The tool of the machine, or the one that `make setup-test` brought."""
    found = shutil.which(tool) or TOOLS / "usr/bin" / tool
    return subprocess.run([found, *arguments], check=False, capture_output=True, text=True, timeout=60)


def test_rules_and_their_tests() -> None:
    for arguments in (
        ("check", "rules", ROOT / "deploy/prometheus/rules/vangnet.yaml"),
        ("test", "rules", ROOT / "deploy/prometheus/tests/vangnet_test.yaml"),
    ):
        done = run("promtool", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_rule_that_never_fires_fails_its_test(tmp_path: Path) -> None:
    """The tests of the rules can fail."""
    folder = tmp_path / "prometheus"
    shutil.copytree(ROOT / "deploy/prometheus", folder)
    rules = folder / "rules/vangnet.yaml"
    rules.write_text(rules.read_text().replace("expr: vangnet_ready == 0", "expr: vangnet_ready == 2"))
    assert run("promtool", "test", "rules", folder / "tests/vangnet_test.yaml").returncode != 0


def test_every_query_of_the_dashboards_is_promql(tmp_path: Path) -> None:
    queries = [
        target["expr"]
        for path in (ROOT / "deploy/grafana/dashboards").glob("*.json")
        for panel in json.loads(path.read_text())["panels"]
        for target in panel["targets"]
    ]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    done = run("promtool", "check", "rules", file)
    assert done.returncode == 0 and queries, done.stdout + done.stderr


@pytest.mark.parametrize(("severity", "receiver"), [("page", "on-call"), ("ticket", "tickets")])
def test_who_is_called(severity: str, receiver: str) -> None:
    assert run("amtool", "check-config", ALERTMANAGER).returncode == 0
    done = run("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", f"severity={severity}")
    assert done.stdout.strip() == receiver, done.stderr
