"""Webhooks: signed as the standard says, never to an address inside, never more in them than a mail says."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from pydantic import ValidationError
from vangnet_contract.policy.people import Webhook
from vangnet_notifier.adapters.webhook import resolved
from vangnet_notifier.domain.addresses import may_be_called, parsed
from vangnet_notifier.domain.delivery import ASKED_FOR, Patience, Retry, after_failure
from vangnet_notifier.domain.notices import HOOKED
from vangnet_notifier.domain.webhook import secret_bytes, signature, wait_asked
from vangnet_notifier.domain.words import Kind
from vangnet_notifier.mails.cloud_event import CloudEvents
from vangnet_notifier.postman import Delivery
from vangnet_notifier.settings import NotifierSettings

from tests.unit.notifier.signals import DEMO, POLICY, T0, evidence

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_example_of_the_standard() -> None:
    """The test vector of the libraries of Standard Webhooks."""
    at = T0.fromtimestamp(1614265330, T0.tzinfo)
    made = signature([secret_bytes(KEY)], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert made == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_both_secrets_sign_while_one_replaces_the_other() -> None:
    keys = [b"n" * 24, b"o" * 24]
    headers = signature(keys, "m", T0, b"{}")
    signed = f"m.{int(T0.timestamp())}.{{}}".encode()
    macs = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys]
    assert headers["webhook-signature"].split(" ") == [f"v1,{mac}" for mac in macs]


@pytest.mark.parametrize("wrong", ["", KEY[6:], "whsec_", "whsec_not base64!", "whsec_c2hvcnQ=", "whsec_" + "A" * 96])
def test_a_secret_that_is_none_is_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(ValueError, match="a secret is whsec_") as refused:
        secret_bytes(wrong)
    assert len(wrong) < 7 or wrong[6:] not in str(refused.value)


FORBIDDEN = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "100::1",
]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_inside_is_not_called_not_even_beside_one_outside(address: str) -> None:
    assert not may_be_called([parsed(address)])
    assert not may_be_called([parsed("193.0.6.139"), parsed(address)])


def test_an_address_outside_is_called_and_one_inside_when_it_is_allowed() -> None:
    assert may_be_called([parsed("193.0.6.139"), parsed("2001:67c:2e8:22::c100:68b"), parsed("::ffff:193.0.6.139")])
    assert not may_be_called([])
    assert may_be_called([parsed("::ffff:127.0.0.1")], [ip_network("127.0.0.0/8")])


@pytest.mark.parametrize(
    "host", ["localhost", "2130706433", "017700000001", "0x7f000001", "0177.0.0.1", "127.1", "::1"]
)
async def test_every_way_to_write_loopback_resolves_to_an_address_that_is_not_called(host: str) -> None:
    assert not may_be_called(await resolved(host, 443))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ((T0 + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 90),
        ((T0 - timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 0),
        ("-1", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: int | None) -> None:
    assert wait_asked(header, T0) == (None if seconds is None else timedelta(seconds=seconds))


def test_the_wait_that_is_asked_for_is_kept_within_a_bound() -> None:
    def wait(asked: timedelta | None) -> timedelta:
        then = after_failure(1, Patience(), T0, 0.5, asked=asked)
        assert isinstance(then, Retry)
        return then.at - T0

    assert wait(timedelta(minutes=2)) == timedelta(minutes=2)
    assert wait(timedelta(seconds=1)) == wait(None) == Patience().first
    assert wait(timedelta(days=9)) == wait(wait_asked("9" * 40, T0)) == ASKED_FOR


@pytest.mark.parametrize("kind", sorted({*HOOKED, Kind.CHANGED, Kind.WITHDRAWN}))
def test_the_body_is_a_cloud_event_with_a_link_and_nothing_of_the_evidence(kind: Kind) -> None:
    delivery = Delivery(
        id="d" * 32,
        alert="a" * 32,
        kind=kind,
        channel="webhook",
        email="zaken",
        name="Zaaksysteem",
        attempts=1,
        tries=1,
        created_at=T0,
    )
    events = CloudEvents(POLICY.region, "https://inbox.example/")
    body = events.compose(delivery)
    event = json.loads(body)
    assert body == events.compose(delivery)
    assert set(event) == {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}
    assert event["specversion"] == "1.0" and event["id"] == delivery.id
    assert event["type"] == f"nl.oggz-signalen.attendering.{kind}.v1"
    assert set(event["data"]) == {"bericht", "link", "regio", "let_op"}
    assert event["data"]["link"] == f"https://inbox.example/attenderingen/{delivery.alert}"
    said = body.decode().lower()
    item = evidence(1)
    assert not any(
        word in said for word in (item.type, item.group or "", item.partner, item.municipality, "r1", "almere")
    )


@pytest.mark.parametrize("url", ["https://user:pass@x.nl/a", "ftp://x.nl", "https://x.nl/a#b", "x.nl", "https:///a"])
def test_a_url_with_a_secret_or_without_a_host_is_no_target(url: str) -> None:
    with pytest.raises(ValidationError):
        Webhook(title="t", url=url, municipalities=["GM0034"])


def settings(**more: str) -> NotifierSettings:
    """With what it has to have."""
    needed: dict[str, Any] = {
        "kafka": "k:9092",
        "database": "postgresql://x",
        "policy": DEMO,
        "pseudonym_key": "0" * 64,
        "session_key": "s" * 32,
        "base_url": "https://inbox.example",
        "smtp_host": "mail",
        "smtp_from": "v@x.example",
        "oidc_issuer": "https://login.example",
        "oidc_client_id": "c",
        "oidc_client_secret": "s",
    }
    return NotifierSettings(**{**needed, **more})


def test_secrets_are_a_setting_that_is_checked_and_never_shown() -> None:
    given = settings(webhook_secrets=json.dumps({"zaken": [KEY, KEY]}))
    assert given.webhook_keys == {"zaken": [secret_bytes(KEY)] * 2}
    assert KEY not in repr(given) and KEY not in given.model_dump_json()
    for wrong in ("{", json.dumps({"zaken": KEY}), '{"zaken": []}', json.dumps({"zaken": [KEY] * 3}), '{"z": ["x"]}'):
        with pytest.raises(ValidationError) as refused:
            settings(webhook_secrets=wrong)
        assert KEY not in str(refused.value)


def test_addresses_inside_are_allowed_in_the_local_profile_only() -> None:
    given = settings(profile="local", webhook_allow="127.0.0.0/8, ::1/128")
    assert given.webhook_networks == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    with pytest.raises(ValidationError, match="outside the local profile"):
        settings(webhook_allow="127.0.0.0/8")
