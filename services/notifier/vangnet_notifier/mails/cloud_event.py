"""Makes the body of a webhook: a CloudEvent (1.0, JSON, structured mode) that says what the mail says, with a link."""

import json

from vangnet_contract.policy import Region

from vangnet_notifier.mails.texts import NO_EMERGENCY, TEXTS
from vangnet_notifier.postman import Delivery

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
TYPE = "nl.oggz-signalen.attendering.{}.v1"


class CloudEvents:
    """Of one region. `base_url` is where the inbox is. Nothing in an event is about a person: who may see more, logs in."""

    def __init__(self, region: Region, base_url: str) -> None:
        self._region = region
        self._base_url = base_url.rstrip("/")

    def compose(self, delivery: Delivery) -> bytes:
        """The same bytes at every attempt."""
        text = TEXTS[delivery.kind]
        event = {
            "specversion": "1.0",
            "id": delivery.id,
            "source": self._base_url,
            "type": TYPE.format(delivery.kind),
            "subject": delivery.alert,
            "time": delivery.created_at.isoformat(),
            "datacontenttype": "application/json",
            "data": {
                "bericht": f"{text.news} {text.request}",
                "link": f"{self._base_url}/attenderingen/{delivery.alert}",
                "regio": self._region.title,
                "let_op": " ".join(filter(None, (self._region.notice, NO_EMERGENCY))),
            },
        }
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
