"""The peer on quixstreams, by its page "Stateful Applications": State for each message key, RocksDB, changelog; its own defaults.

Arguments: broker, input topic, output topic, consumer group, state folder.
"""

import sys
from bisect import bisect_left, insort
from datetime import datetime
from typing import Any

from quixstreams import Application, State

DAY_MS = 86_400_000
WINDOWS = (7, 30, 90, 365)


def milliseconds(text: str) -> int:
    """Since 1970, from an ISO 8601 text."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def count(change: dict[str, Any], state: State) -> dict[str, Any]:
    """The person's events of 365 days with the new one, and how many fall in each window."""
    now = milliseconds(change["at"])
    times = state.get("times", [])
    del times[: bisect_left(times, now - 365 * DAY_MS)]
    for event in change["added"]:
        insort(times, milliseconds(event["occurredAt"]))
    state.set("times", times)
    counts = {f"days{days}": len(times) - bisect_left(times, now - days * DAY_MS) for days in WINDOWS}
    return {"person": change["person"], **counts}


def main(broker: str, source: str, output: str, group: str, folder: str) -> None:
    """Until SIGTERM."""
    app = Application(
        broker_address=broker,
        consumer_group=group,
        auto_offset_reset="earliest",
        state_dir=folder,
        loglevel="WARNING",
    )
    stream = app.dataframe(app.topic(source, value_deserializer="json"))
    stream = stream.filter(lambda message: message["kind"] == "person-changed")
    stream = stream.apply(count, stateful=True)
    stream.to_topic(app.topic(output, value_serializer="json"))
    app.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
