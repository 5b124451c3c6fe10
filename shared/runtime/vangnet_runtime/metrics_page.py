"""The page that lists every metric, made from the code: `python -m vangnet_runtime.metrics_page PACKAGE… > docs/metrics.md`."""

import sys
from collections.abc import Iterable
from importlib import import_module
from pkgutil import walk_packages
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from vangnet_runtime.metrics import REGISTRY

HEAD = """# Metrics
Made from the code (`make docs`); do not edit. Every process serves its own on `/metrics`, on a port of its own. Labels hold names of
services, topics, partitions, partners and reason codes, never anything about a person. Histograms export `_bucket`, `_sum` and
`_count`; Prometheus adds `job` and `instance`. What to do when one of them is wrong: [runbooks](runbooks/README.md).

| name | kind | labels | what |
|---|---|---|---|
"""


class Metric(NamedTuple):
    """As it is declared. `name` as it is exported: counters end in `_total`."""

    name: str
    kind: str
    labels: tuple[str, ...]
    help: str


def catalogue(packages: Iterable[str], registry: CollectorRegistry = REGISTRY) -> list[Metric]:
    """What the modules of these packages declare, by name."""
    for package in packages:
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            import_module(module.name)
    # The library tells what was observed; what is only declared, and its labels, it keeps to itself.
    declared = {one for one in registry._collector_to_names if isinstance(one, MetricWrapperBase)}
    return sorted(map(_metric, declared))


def page(metrics: Iterable[Metric]) -> str:
    """As Markdown."""
    rows = (f"| `{one.name}` | {one.kind} | {', '.join(one.labels)} | {one.help} |\n" for one in metrics)
    return HEAD + "".join(rows)


def _metric(declared: MetricWrapperBase) -> Metric:
    kind = declared._type or "untyped"
    name = f"{declared._name}_total" if kind == "counter" else declared._name
    return Metric(name, kind, tuple(declared._labelnames), declared._documentation)


if __name__ == "__main__":
    sys.stdout.write(page(catalogue(sys.argv[1:])))
