"""The contract for machines: AsyncAPI 3 of all topics and a JSON Schema of each message, generated from the code.

`python -m vangnet_contract.asyncapi FOLDER` writes them; a test compares them with what is checked in.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from vangnet_contract import messages
from vangnet_contract.event import CONTENT_TYPE, EventData, _Envelope
from vangnet_contract.topics import ALERTS, EVENTS_ACCEPTED, EVENTS_REJECTED, PERSONS, SIGNALS, TRAIL, Topic, catalogue

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
MESSAGES: dict[str, type] = {
    "Tick": messages.Tick,
    "PolicyActivated": messages.PolicyActivated,
    "Heartbeat": messages.Heartbeat,
    "LinkDecision": messages.LinkDecision,
    "PersonChanged": messages.PersonChanged,
    "AreaEvent": messages.AreaEvent,
    "Signal": messages.Signal,
    "RegionalSignal": messages.RegionalSignal,
    "AlertChanged": messages.AlertChanged,
    "TrailHead": messages.TrailHead,
    "Feedback": messages.Feedback,
    "Rejected": messages.Rejected,
    "ContactRequest": messages.ContactRequest,
    "PartnerReply": messages.PartnerReply,
    "ReportDoubted": messages.ReportDoubted,
    "AccessAsked": messages.AccessAsked,
    "AccessAnswer": messages.AccessAnswer,
}
SEALED: dict[str, type] = {"HeldEvent": messages.HeldEvent, "HeldAlert": messages.HeldAlert}
"""What is in the sealed list of an AccessAnswer."""
CARRIED = {
    EVENTS_ACCEPTED: ("Event", "Tick", "PolicyActivated", "LinkDecision"),
    EVENTS_REJECTED: ("Rejected",),
    PERSONS: ("PersonChanged", "AreaEvent", "Tick", "PolicyActivated", "Heartbeat", "PartnerReply", "AccessAsked"),
    SIGNALS: ("Signal", "RegionalSignal", "Tick", "PolicyActivated", "PartnerReply", "AccessAsked"),
    ALERTS: ("AlertChanged",),
    TRAIL: ("TrailHead",),
    "vangnet.in.{partner}": ("Event",),
    "vangnet.feedback.{partner}": ("Feedback", "ContactRequest", "ReportDoubted", "AccessAnswer"),
}


def schemas() -> dict[str, dict[str, Any]]:
    """A JSON Schema for each message, and for what is sealed in one; each complete in itself."""
    return {"Event": _event_schema()} | {name: _schema(name, message) for name, message in (MESSAGES | SEALED).items()}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document of a region; `{partner}` stands for each partner's name."""
    topics = catalogue(["{partner}"])
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vangnet",
            "version": "1.0.0",
            "description": "Topics and messages of one region.",
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": messages.CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": dict(operation for topic in topics for operation in _operations(topic)),
        "components": {"messages": {name: _message(name) for name in schemas() if name not in SEALED}},
    }


def write(folder: Path) -> None:
    """Writes asyncapi.json and schemas/<Message>.json into a folder."""
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    for path, document in documents().items():
        (folder / path).write_text(document, encoding="utf-8")


def documents() -> dict[str, str]:
    """Text of each generated file by its path in the folder."""
    files = {"asyncapi.json": asyncapi()} | {f"schemas/{name}.json": schema for name, schema in schemas().items()}
    return {path: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for path, content in files.items()}


def _schema(name: str, message: Any) -> dict[str, Any]:
    (root,), components = msgspec.json.schema_components([message], ref_template="#/$defs/{name}")
    return {"$schema": SCHEMA_DIALECT, "title": name, **root, "$defs": components}


def _event_schema() -> dict[str, Any]:
    _, components = msgspec.json.schema_components([_Envelope, EventData], ref_template="#/$defs/{name}")
    components["Event"] = components.pop("_Envelope")
    components["Event"]["title"] = "Event"
    components["Event"]["properties"]["data"] = {"$ref": "#/$defs/EventData"}
    return {"$schema": SCHEMA_DIALECT, "title": "Event", "$ref": "#/$defs/Event", "$defs": components}


def _channel(topic: Topic) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": topic.name,
        "description": f"Key: {topic.key}. Kept {topic.retention_ms // 3_600_000} hours, never compacted.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in CARRIED[topic.name]},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": topic.retention_ms},
            }
        },
    }
    if "{partner}" in topic.name:
        channel["parameters"] = {"partner": {"description": "name of the partner in the policy"}}
    return channel


def _operations(topic: Topic) -> list[tuple[str, dict[str, Any]]]:
    channel = {"$ref": f"#/channels/{topic.name.replace('/', '~1')}"}
    sends = [(f"{who}-sends-{topic.name}", {"action": "send", "channel": channel}) for who in topic.writers]
    return sends + [
        (f"{who}-receives-{topic.name}", {"action": "receive", "channel": channel}) for who in topic.readers
    ]


def _message(name: str) -> dict[str, Any]:
    content = CONTENT_TYPE if name == "Event" else messages.CONTENT_TYPE
    return {"name": name, "contentType": content, "payload": {"$ref": f"./schemas/{name}.json"}}


if __name__ == "__main__":
    write(Path(sys.argv[1]))
