"""Alarms, runbooks and dashboards name metrics that exist, with labels that they have; the page of metrics is current."""

import json
import re
from pathlib import Path

import pytest
import yaml
from vangnet_runtime.metrics_page import catalogue, page

ROOT = Path(__file__).parents[3]
PACKAGES = [f"vangnet_{name}" for name in ("runtime", "ingest", "linker", "indicators", "notifier")]
METRICS = {one.name: one for one in catalogue(PACKAGES)}
RULES = yaml.safe_load((ROOT / "deploy/prometheus/rules/vangnet.yaml").read_text())
ALARMS = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
RUNBOOKS = ROOT / "docs/runbooks"
DASHBOARDS = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
SELECTOR = re.compile(r"\b(vangnet_[a-z_]+)(?:\{([^}]*)\})?")
BY_PROMETHEUS = {"job", "instance", "le"}


def queries(dashboard: Path) -> list[str]:
    return [target["expr"] for panel in json.loads(dashboard.read_text())["panels"] for target in panel["targets"]]


def unknown(expression: str) -> list[str]:
    """What it names that no process exports."""
    found = []
    for name, matchers in SELECTOR.findall(expression):
        metric = METRICS.get(name) or METRICS.get(re.sub(r"_(bucket|sum|count)$", "", name))
        if metric is None or (metric.name != name and metric.kind != "histogram"):
            found.append(name)
            continue
        named = set(re.findall(r"([a-z_]+)\s*[=!]~?", matchers))
        grouped = {label for labels in re.findall(r"by \(([^)]*)\)", expression) for label in labels.split(", ")}
        lone = len({name for name, _ in SELECTOR.findall(expression)}) == 1
        found += sorted((named | (grouped if lone else set())) - {*metric.labels, *BY_PROMETHEUS})
    return found


def test_the_page_of_metrics_is_what_the_code_declares() -> None:
    assert (ROOT / "docs/metrics.md").read_text() == page(METRICS.values()), "run: make docs"


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_names_what_is_exported_and_has_a_runbook(name: str) -> None:
    rule = ALARMS[name]
    assert unknown(rule["expr"]) == []
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["runbook"] == f"docs/runbooks/{name}.md"
    text = (RUNBOOKS / f"{name}.md").read_text()
    assert text.startswith(f"# {name} ({rule['labels']['severity']})")
    assert all(part in text for part in ("**What it says.**", "**Meanwhile.**", "## Look", "## Do", "## Afterwards"))


def test_there_is_no_runbook_without_an_alarm() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"} == set(ALARMS)


def test_every_alarm_is_tried_by_promtool() -> None:
    tried = yaml.safe_load((ROOT / "deploy/prometheus/tests/vangnet_test.yaml").read_text())
    fired = {one["alertname"] for test in tried["tests"] for one in test["alert_rule_test"] if one["exp_alerts"]}
    assert fired == set(ALARMS)


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_asks_for_what_is_exported(path: Path) -> None:
    found = queries(path)
    assert len(found) > 10
    assert {query: unknown(query) for query in found if unknown(query)} == {}


def test_what_is_not_exported_is_found() -> None:
    assert unknown("sum(vangnet_nothing_total)") == ["vangnet_nothing_total"]
    assert unknown('vangnet_ready{stage="x"}') == ["stage"]
    assert unknown("sum by (reason) (vangnet_ready)") == ["reason"]
    assert unknown("rate(vangnet_ready_bucket[5m])") == ["vangnet_ready_bucket"]
    assert unknown("sum by (le, stage) (rate(vangnet_delay_seconds_bucket[5m]))") == []
