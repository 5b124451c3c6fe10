"""The peer on Faust, by its user guide: an agent, a table in RocksDB with a changelog, a topic for the results; its own defaults.

Settings come from the environment: PEER_BROKER, PEER_INPUT, PEER_OUTPUT, PEER_GROUP, PEER_FOLDER, PEER_PARTITIONS.
"""

import os
from bisect import bisect_left, insort
from datetime import datetime
from typing import Any

import faust

DAY_MS = 86_400_000
WINDOWS = (7, 30, 90, 365)

app = faust.App(
    os.environ["PEER_GROUP"],
    broker=f"kafka://{os.environ['PEER_BROKER']}",
    store="rocksdb://",
    datadir=os.environ["PEER_FOLDER"],
    topic_partitions=int(os.environ["PEER_PARTITIONS"]),
)
changes = app.topic(os.environ["PEER_INPUT"], key_type=bytes, key_serializer="raw", value_serializer="json")
results = app.topic(os.environ["PEER_OUTPUT"], key_serializer="json", value_serializer="json")
histories = app.Table("histories", default=list)


def milliseconds(text: str) -> int:
    """Since 1970, from an ISO 8601 text."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def counted(change: dict[str, Any]) -> dict[str, Any]:
    """Keeps the person's events of 365 days with the new one; how many fall in each window."""
    now = milliseconds(change["at"])
    times = histories[change["person"]]
    del times[: bisect_left(times, now - 365 * DAY_MS)]
    for event in change["added"]:
        insort(times, milliseconds(event["occurredAt"]))
    histories[change["person"]] = times
    counts = {f"days{days}": len(times) - bisect_left(times, now - days * DAY_MS) for days in WINDOWS}
    return {"person": change["person"], **counts}


@app.agent(changes)
async def count(stream: Any) -> None:
    """One event in, one line of counts out."""
    async for change in stream:
        if change["kind"] == "person-changed":
            await results.send(key=change["person"], value=counted(change))


if __name__ == "__main__":
    app.main()
