"""What ingest counts, beside the runtime's catalogue. Labels: doors, topics and reason codes."""

from collections import Counter as Counts
from collections.abc import Collection, Iterable

from prometheus_client import Counter
from vangnet_contract import topics
from vangnet_runtime.metrics import REGISTRY

from vangnet_ingest.domain.admission import Refused, Verdict

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


def count(door: str, verdicts: Collection[Verdict]) -> None:
    """After everything about them is durable."""
    refused = [verdict for verdict in verdicts if isinstance(verdict, Refused)]
    RECEIVED.labels(door).inc(len(verdicts))
    ACCEPTED.labels(door).inc(len(verdicts) - len(refused))
    for reason, times in Counts(problem.reason for verdict in refused for problem in verdict.problems).items():
        REFUSED.labels(door, reason.value).inc(times)


def count_produced(topics_written: Iterable[str]) -> None:
    """One for each message that Kafka has acknowledged."""
    for topic, times in Counts(map(topic_label, topics_written)).items():
        PRODUCED.labels(topic).inc(times)
