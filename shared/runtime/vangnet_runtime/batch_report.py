"""What a committed batch tells: metrics, and a log line for everything that had no effect."""

import time
from typing import TypeVar

from vangnet_runtime import metrics
from vangnet_runtime.batch import Batch
from vangnet_runtime.logging import get_logger
from vangnet_runtime.parking import BEHIND, handle
from vangnet_runtime.writer import Written

M = TypeVar("M")

log = get_logger()


def report(stage: str, batch: Batch[M], written: Written) -> None:
    """After the commit."""
    metrics.MESSAGES_IN.labels(stage, str(batch.lane.partition)).inc(len(batch))
    metrics.BATCH_SIZE.labels(stage).observe(len(batch))
    metrics.DELAY.labels(stage).observe(max(0.0, time.time() - batch.records[0].timestamp_ms / 1000))
    for reason, count in written.reasons.items():
        if count:
            metrics.REFUSED.labels(stage, reason).inc(count)
    _tell(batch, written)


def _tell(batch: Batch[M], written: Written) -> None:
    where = {"topic": batch.records[0].topic, "partition": batch.lane.partition}
    if duplicates := written.reasons.get("duplicate"):
        log.info("duplicates-dropped", **where, count=duplicates)
    for letter in written.dead:
        log.warning("dead-letter", **where, offset=letter.record.offset, reason=letter.reason)
    for item in written.parked:
        if item.reason != BEHIND:
            fault = next(iter(batch.refused.values()), None)
            log.error("key-parked", **where, offset=item.record.offset, handle=handle(item.key), fault=fault)
