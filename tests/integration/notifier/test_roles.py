"""Every route as every role, for an alert of one's own municipality and of another; what is too much; what every answer carries."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import httpx2
import pytest
from starlette.routing import BaseRoute
from vangnet_contract.policy.release import Release
from vangnet_notifier.adapters.oversight import PostgresOversight
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.oversight import Oversight, TrailFilter
from vangnet_notifier.web.decisions import DOORS
from vangnet_notifier.web.login import Provider
from vangnet_notifier.web.site import furnish
from vangnet_notifier.web.throttle import Rates
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.web import make_app
from vangnet_runtime.web_guard import SECURITY

from tests.integration.conftest import Schema
from tests.integration.notifier.region import Region, Visitor
from tests.integration.notifier.store import store, take
from tests.unit.notifier.signals import REVIEWER, signal
from tests.unit.notifier.test_every_page import desk

USERS = {
    "own": "coordinator-almere",
    "elsewhere": "coordinator-urk",
    "reviewer": "beoordelaar",
    "on call": "piket",
    "analyst": "analyst",
    "officer": "privacyofficer",
    "operator": "operator",
}
PROVIDER = Provider(issuer="https://login.example", client_id="x", client_secret="y")
UNKNOWN = 303
"""Nobody is sent to the login; a program is told 401."""

Row = tuple[int, frozenset[str]]


def seen_by(*roles: str, nobody: int = UNKNOWN) -> Row:
    """Who gets an answer; everybody else 404. `nobody`: what comes before a login."""
    return nobody, frozenset(roles)


EVERYBODY = tuple(USERS)
DESK = ("own", "reviewer", "on call")
# Status for nobody, and who sees it. {alert} = released to Almere, {candidate} = not released.
TABLE: dict[tuple[str, str], Row] = {
    ("GET", "/healthz"): seen_by(*EVERYBODY, nobody=200),
    ("GET", "/readyz"): seen_by(*EVERYBODY, nobody=200),
    ("GET", "/static"): seen_by(*EVERYBODY, nobody=200),
    ("GET", "/v1/openapi.json"): seen_by(*EVERYBODY, nobody=200),
    ("GET", "/"): seen_by(*EVERYBODY),
    ("GET", "/vier-ogen"): seen_by(*EVERYBODY),
    ("GET", "/attenderingen/{alert_id}"): seen_by(*DESK),
    ("POST", "/attenderingen/{alert_id}/{sub}"): seen_by(*DESK),
    ("GET", "/proef"): seen_by("reviewer", "on call"),
    ("GET", "/startlijst"): seen_by("reviewer", "on call"),
    ("POST", "/startlijst"): seen_by(*EVERYBODY),
    ("GET", "/rooster"): seen_by("reviewer", "on call"),
    ("GET", "/logboek"): seen_by("officer"),
    ("GET", "/beheer"): seen_by("operator"),
    ("GET", "/v1/sessie"): seen_by(*EVERYBODY, nobody=401),
    ("GET", "/v1/attenderingen"): seen_by(*EVERYBODY, nobody=401),
    ("GET", "/v1/attenderingen/{id}"): seen_by(*DESK, nobody=401),
    ("GET", "/v1/logboek"): seen_by("officer", nobody=401),
    ("GET", "/v1/beheer"): seen_by("operator", nobody=401),
    ("GET", "/inloggen"): seen_by(*EVERYBODY, nobody=302),
    ("GET", "/inloggen/terug"): seen_by(*EVERYBODY, nobody=403),
    ("POST", "/uitloggen"): seen_by(*EVERYBODY),
    **{("POST", f"/v1/attenderingen/{{id}}/{sub}"): seen_by(*DESK, nobody=401) for sub in DOORS},
}
BODY = {
    "versie": "999",
    "besluit": "afwijzen",
    "reden": "al-bekend",
    "antwoord": "ja",
    "aan": "coordinator-almere",
    "gemeente": "GM0050",
    "dagen": "1",
    "dossiernummer": "Z-1",
    "uitkomst": "niets-nodig",
    "nieuw": "nee",
    "gebeurtenis": "x",
    "doel": "contact-opnemen",
    "grondslag": "avg-6-1-e",
    "dringend": "nee",
    "verzoek": "x",
}
CONFIRM = {"koppelbesluiten", "contactbesluiten"}


def routes(these: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Method and path of every route, those of included routers too."""
    for route in these:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes)
            continue
        for method in getattr(route, "methods", None) or {"GET"}:
            yield method, cast(Any, route).path


def test_every_route_has_a_row() -> None:
    app = make_app("t", "1", service="notifier", readiness=Readiness("notifier"))
    rates = Rates(logins=1, requests=1)
    furnish(app, desk(Release()), cast(Oversight, None), PROVIDER, session_key="k" * 32, rates=rates)
    assert set(routes(app.routes)) == set(TABLE)


@pytest.fixture(scope="module")
def alert(region: Region) -> str:
    """Released to Almere."""
    person = region.person()
    region.raise_signal(person)
    found = region.alert(person)
    region.log_in("beoordelaar").decide(
        found, "beoordelingen", {"versie": 1, "besluit": "vrijgeven"}
    ).raise_for_status()
    return found


@pytest.fixture(scope="module")
def visitors(region: Region) -> dict[str, Visitor]:
    return {role: region.log_in(user) for role, user in USERS.items()}


def ask(http: httpx2.Client, method: str, path: str, alert: str, csrf: str) -> int:
    """The status of one route for one visitor. Nothing that is sent can change anything: the version is one that never was."""
    sub = path.rpartition("/")[2] if path.startswith("/v1/attenderingen/{id}/") else "bevestigingen"
    where = path.format(alert_id=alert, id=alert, sub=sub) + ("/vangnet.css" if path == "/static" else "")
    if method == "GET":
        return http.get(where, follow_redirects=False).status_code
    body = BODY | {"besluit": "bevestigen"} if sub in CONFIRM else BODY
    if path.startswith("/v1/"):
        return http.post(where, json=body, headers={"X-CSRF-Token": csrf}).status_code
    return http.post(where, data={"csrf": csrf if path != "/uitloggen" else "wrong", **body}).status_code


@pytest.mark.parametrize(("method", "path"), TABLE, ids=lambda value: value)
def test_a_route_answers_those_who_may_and_nobody_else(
    region: Region, visitors: dict[str, Visitor], alert: str, method: str, path: str
) -> None:
    nobody, those = TABLE[(method, path)]
    assert ask(httpx2.Client(base_url=region.url), method, path, alert, "") == nobody
    for role, visitor in visitors.items():
        # Logging in again would end the visitor's session.
        http = httpx2.Client(base_url=region.url, cookies=dict(visitor.http.cookies))
        status = ask(http, method, path, alert, visitor.csrf)
        assert (status != 404) == (role in those), (role, status)
        assert status not in (401, 500), (role, status)


def test_lists_hold_what_a_role_may_see(region: Region, visitors: dict[str, Visitor], alert: str) -> None:
    person = region.person()
    region.raise_signal(person)
    candidate = region.alert(person)
    for role, visitor in visitors.items():
        listed = {
            item["id"] for item in visitor.http.get("/v1/attenderingen?status=alles&aantal=100").json()["attenderingen"]
        }
        assert (alert in listed) == (role in DESK), role
        assert (candidate in listed) == (role in ("reviewer", "on call")), role
        page = visitor.page("/?status=alles&aantal=100")
        assert (alert in page) == (role in DESK) and (candidate in page) == (role in ("reviewer", "on call"))


def test_the_privacy_officer_reads_the_trail_and_leaves_a_line(region: Region, alert: str) -> None:
    officer = region.log_in("privacyofficer")
    page = officer.page("/logboek?wie=beoordelaar&soort=release")
    assert alert in page and "Vrijgegeven" in page and "te beoordelen → vrijgegeven" in page
    found = officer.http.get("/v1/logboek?soort=read").json()["regels"]
    assert (found[0]["wie"], found[0]["aan"], found[0]["soort"]) == ("privacyofficer", "beoordelaar", "read")
    assert officer.http.get("/v1/logboek?dag=1999-01-01").json()["regels"] == []
    refused = officer.http.get("/v1/logboek?dag=gisteren&soort=x&kleur=rood")
    assert refused.status_code == 400
    assert [error["location"] for error in refused.json()["errors"]] == ["kleur", "dag", "soort"]
    [[person]] = region.rows(f"SELECT person FROM alert WHERE id = '{alert}'")
    everything = officer.http.get("/v1/logboek").text + officer.page("/logboek")
    assert person not in everything and "kenmerk" not in everything


def test_the_operator_sees_what_was_delivered_and_of_nobody(region: Region, alert: str) -> None:
    operator = region.log_in("operator")
    numbers = {part["code"]: part["aantal"] for part in operator.http.get("/v1/beheer").json()["onderdelen"]}
    assert numbers["delivery-sent"] >= 1 and numbers["parked"] == 0
    everything = operator.page("/beheer") + operator.http.get("/v1/beheer").text
    assert alert not in everything and "beoordelaar@" not in everything and "Mails die zijn verstuurd" in everything


async def test_rows_are_filtered_where_they_are_read(schema: Schema) -> None:
    nobody = Actor(user="x", name="X")
    async with store(schema) as pool:
        await take(pool, signal())
        sight = PostgresOversight(pool)
        for actor in (nobody, REVIEWER):
            assert (await sight.trail(TrailFilter(), actor)).lines == []
            works = await sight.works(actor)
            assert (dict(works.numbers), works.failures) == ({}, [])
        officer = Actor(user="o", name="O", officer=True)
        assert [line.id for line in (await sight.trail(TrailFilter(size=1), officer)).lines] == [1]
        assert (await sight.trail(TrailFilter(size=1), officer)).more


async def test_too_many_requests_wait_and_are_told_how_long() -> None:
    app = make_app("t", "1", service="notifier", readiness=Readiness("notifier"))
    rates = Rates(logins=1, requests=2)
    furnish(app, desk(Release()), cast(Oversight, None), PROVIDER, session_key="k" * 32, rates=rates)
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="https://inbox.example")
    assert [(await http.get("/v1/sessie")).status_code for _ in range(2)] == [401, 401]
    for path, kind in (("/v1/sessie", "application/problem+json"), ("/", "text/html; charset=utf-8")):
        refused = await http.get(path)
        assert (refused.status_code, refused.headers["content-type"]) == (429, kind)
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        assert all(name in refused.headers for name in SECURITY)
    assert "Te veel aanvragen" in (await http.get("/proef")).text
    assert (await http.get("/inloggen/terug")).status_code == 403
    assert (await http.get("/inloggen/terug")).status_code == 429
    assert (await http.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/inloggen", "/v1/sessie", "/v1/openapi.json", "/nergens", "/static/vangnet.css", "/healthz"]
)
def test_every_answer_carries_the_security_headers(region: Region, visitors: dict[str, Visitor], path: str) -> None:
    answer = visitors["reviewer"].http.get(path) if path != "/inloggen" else httpx2.get(region.url + path)
    assert all(name in answer.headers for name in SECURITY)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
