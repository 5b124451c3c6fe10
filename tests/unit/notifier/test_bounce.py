"""What came back."""

import pytest
from vangnet_notifier.domain.bounce import Bounce, bounced

from tests.unit.notifier.bounces import returned

NAME = "0123456789abcdef" * 2


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_returned_mail_is_known_by_its_message_id(headers_only: bool) -> None:
    assert bounced(returned(NAME, headers_only=headers_only)) == Bounce(NAME, "5.1.1")


def test_a_status_that_is_none_becomes_the_general_one() -> None:
    assert bounced(returned(NAME, status="unknown")) == Bounce(NAME, "5.0.0")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_may_still_arrive_or_did_is_no_bounce(action: str) -> None:
    assert bounced(returned(NAME, action=action, status="4.4.1")) is None


@pytest.mark.parametrize("raw", [b"", b"\xff\x00", b"Subject: afwezig\r\n\r\n<0123@x>", returned("somebody-elses")])
def test_anything_else_is_left_alone(raw: bytes) -> None:
    assert bounced(raw) is None
