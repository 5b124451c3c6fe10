"""What an evaluator counts. Labels are names of partners and reasons from a table, never anything that was asked."""

from prometheus_client import Counter, Gauge
from vangnet_runtime.metrics import REGISTRY

POINTS = Counter("vangnet_evaluator_points_total", "Points evaluated.", ["partner"], registry=REGISTRY)
REFUSED = Counter("vangnet_evaluator_refused_total", "Requests refused, by reason.", ["reason"], registry=REGISTRY)
QUOTA = Gauge("vangnet_evaluator_quota_points", "Points a day: of each partner, in total.", ["of"], registry=REGISTRY)
