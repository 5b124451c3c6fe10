"""What ingest counts, beside the runtime's catalogue. Labels: doors, topics and reason codes."""

from collections.abc import Iterable

from prometheus_client import Counter
from vangnet_contract import topics
from vangnet_runtime.metrics import REGISTRY

from vangnet_ingest.domain.admission import Admitted, Verdict

RECEIVED = Counter("vangnet_ingest_received_total", "Events that came in.", ["door"], registry=REGISTRY)
ACCEPTED = Counter("vangnet_ingest_accepted_total", "Events admitted.", ["door"], registry=REGISTRY)
REFUSED = Counter(
    "vangnet_ingest_refused_total", "Reasons for which events were refused.", ["door", "reason"], registry=REGISTRY
)
PRODUCED = Counter("vangnet_ingest_produced_total", "Messages acknowledged by Kafka.", ["topic"], registry=REGISTRY)
RETRIES = Counter(
    "vangnet_ingest_retries_total", "Work tried again after a fault of Kafka.", ["where"], registry=REGISTRY
)

_FEEDBACK = topics.feedback("")


def topic_label(topic: str) -> str:
    """The topic; all partners' feedback topics as one."""
    return f"{_FEEDBACK}*" if topic.startswith(_FEEDBACK) else topic


def count(door: str, verdicts: Iterable[Verdict]) -> None:
    """After everything about them is durable."""
    for verdict in verdicts:
        RECEIVED.labels(door).inc()
        if isinstance(verdict, Admitted):
            ACCEPTED.labels(door).inc()
        else:
            for problem in verdict.problems:
                REFUSED.labels(door, problem.reason.value).inc()
