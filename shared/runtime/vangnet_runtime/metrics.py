"""The catalogue of metrics (Prometheus). Labels are names of services, topics, partitions and reason codes, nothing else."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
"""Ours: holds this catalogue and what a service adds to it. Each process has one."""

for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=REGISTRY)

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

BUILD = Gauge("vangnet_build_info", "Always 1; the labels say what runs.", ["service", "version"], registry=REGISTRY)
READY = Gauge("vangnet_ready", "1 when the service may take work.", ["service"], registry=REGISTRY)
MESSAGES_IN = Counter("vangnet_messages_in_total", "Records committed.", ["stage", "partition"], registry=REGISTRY)
MESSAGES_OUT = Counter("vangnet_messages_out_total", "Messages acknowledged by Kafka.", ["stage"], registry=REGISTRY)
REFUSED = Counter(
    "vangnet_refused_total",
    "Records that had no effect: duplicate, parked, why undecodable, and a service's own reason codes.",
    ["stage", "reason"],
    registry=REGISTRY,
)
BATCH_SIZE = Histogram(
    "vangnet_batch_size",
    "Records in one committed batch.",
    ["stage"],
    buckets=(1, 3, 10, 30, 100, 300, 1000),
    registry=REGISTRY,
)
BATCH_SECONDS = Histogram("vangnet_batch_seconds", "Fence to commit.", ["stage"], buckets=SECONDS, registry=REGISTRY)
LAG = Gauge(
    "vangnet_lag", "Records in the log after the last committed one.", ["stage", "partition"], registry=REGISTRY
)
OUTBOX_DEPTH = Gauge("vangnet_outbox_depth", "Messages committed and not yet published.", ["stage"], registry=REGISTRY)
OUTBOX_AGE = Gauge(
    "vangnet_outbox_age_seconds", "How long the oldest of them has waited.", ["stage"], registry=REGISTRY
)
PARKED = Gauge("vangnet_parked_keys", "Keys that wait for an operator.", ["stage"], registry=REGISTRY)
FAULTS = Counter(
    "vangnet_faults_total", "Faults after which work was tried again.", ["stage", "where"], registry=REGISTRY
)
HALTED = Gauge(
    "vangnet_halted", "1 while a partition waits for an operator.", ["stage", "partition"], registry=REGISTRY
)
DELAY = Histogram(
    "vangnet_delay_seconds",
    "From the record's time in Kafka to the commit of what it changed.",
    ["stage"],
    buckets=SECONDS,
    registry=REGISTRY,
)
EVENT_DELAY = Histogram(
    "vangnet_event_delay_seconds",
    "From the time of the event itself to its processing, where a stage observes it.",
    ["stage"],
    buckets=(0.1, 0.5, 1, 5, 30, 60, 600, 3600, 21600, 86400, 604800),
    registry=REGISTRY,
)
REQUESTS = Counter(
    "vangnet_http_requests_total",
    "HTTP requests answered.",
    ["service", "method", "route", "status"],
    registry=REGISTRY,
)
LOG_LINES_REFUSED = Counter("vangnet_log_lines_refused_total", "Log lines outside the catalogue.", registry=REGISTRY)
