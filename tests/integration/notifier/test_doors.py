"""What the site lets in: nobody unknown, nothing forged, nothing malformed; and what every answer carries."""

import re
from typing import Any

import httpx2
import pytest
from vangnet_notifier.web.decisions import DOORS

from tests.integration.notifier.region import Region

SECRET_PATHS = ["/", "/attenderingen/x", "/v1/attenderingen", "/v1/attenderingen/x", "/v1/sessie"]
POSTS = ["/attenderingen/x/beoordelingen", "/v1/attenderingen/x/beoordelingen", "/v1/attenderingen/x/sluitingen"]


@pytest.mark.parametrize("path", SECRET_PATHS)
def test_nobody_sees_anything_before_login(region: Region, path: str) -> None:
    answer = httpx2.get(region.url + path)
    if path.startswith("/v1/"):
        assert answer.status_code == 401 and answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["API-Version"] == "1.0.0"
    else:
        assert answer.status_code == 303 and answer.headers["location"].startswith("/inloggen")


@pytest.mark.parametrize("path", POSTS)
def test_nobody_decides_anything_before_login(region: Region, path: str) -> None:
    answer = httpx2.post(region.url + path, **({"json": {}} if path.startswith("/v1/") else {"data": {}}))
    assert answer.status_code == (401 if path.startswith("/v1/") else 303)


def test_the_session_cookie_is_for_this_site_alone_and_cannot_be_made_by_others(region: Region) -> None:
    visitor = region.log_in("beoordelaar")
    cookie = visitor.http.cookies["vangnet"]
    head, _, tail = cookie.partition(".")
    forged = httpx2.Client(base_url=region.url, cookies={"vangnet": f"{head[:-4]}AAAA.{tail}"})
    assert forged.get("/v1/sessie").status_code == 401
    set_cookie = visitor.log_in("beoordelaar").headers["set-cookie"].lower()
    assert "httponly" in set_cookie and "samesite=lax" in set_cookie


def test_a_login_replaces_the_session_that_was_there(region: Region) -> None:
    visitor = region.log_in("beoordelaar")
    before = visitor.csrf
    visitor.log_in("coordinator-almere")
    session = visitor.http.get("/v1/sessie").json()
    assert session["gebruiker"] == "coordinator-almere" and session["csrf"] != before
    assert (session["beoordelaar"], session["dienst"], session["gemeenten"]) == (False, False, ["GM0034"])


def test_logging_out_ends_it(region: Region) -> None:
    visitor = region.log_in("beoordelaar")
    assert visitor.http.post("/uitloggen", data={"csrf": "guess"}).status_code == 403
    assert "U bent uitgelogd" in visitor.http.post("/uitloggen", data={"csrf": visitor.csrf}).text
    assert visitor.http.get("/v1/sessie").status_code == 401


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_login_sends_nobody_elsewhere(region: Region, target: str) -> None:
    http = httpx2.Client(base_url=region.url)
    to_provider = http.get("/inloggen", params={"naar": target})
    back = http.post(to_provider.headers["location"], data={"sub": "beoordelaar"})
    assert http.get(back.headers["location"]).headers["location"] == "/"


def test_the_login_uses_pkce_and_refuses_a_way_back_that_it_did_not_begin(region: Region) -> None:
    http = httpx2.Client(base_url=region.url)
    query = httpx2.URL(http.get("/inloggen").headers["location"]).params
    assert query["code_challenge_method"] == "S256" and query["state"] and query["nonce"]
    other = httpx2.Client(base_url=region.url)
    stolen = http.post(f"{region.issuer}/oauth2/authorize?{query}", data={"sub": "beoordelaar"}).headers["location"]
    refused = other.get(stolen)
    assert refused.status_code == 403 and "Inloggen is niet gelukt" in refused.text
    assert other.get("/v1/sessie").status_code == 401
    denied = http.get("/inloggen/terug?error=access_denied&state=" + query["state"])
    assert denied.status_code == 403 and "Inloggen is niet gelukt" in denied.text


def test_a_form_without_the_token_of_the_session_does_nothing(region: Region) -> None:
    person = region.person()
    region.raise_signal(person)
    alert = region.alert(person)
    visitor, other = region.log_in("beoordelaar"), region.log_in("piket")
    decision = {"besluit": "vrijgeven", "versie": "1"}
    for token in ({}, {"csrf": ""}, {"csrf": other.csrf}):
        answer = visitor.http.post(f"/attenderingen/{alert}/beoordelingen", data=decision | token)
        assert answer.status_code == 403 and "Niet uitgevoerd" in answer.text
    answer = visitor.http.post(f"/v1/attenderingen/{alert}/beoordelingen", json={"besluit": "vrijgeven", "versie": 1})
    assert answer.status_code == 403
    assert visitor.see(alert)["status"] == "kandidaat"


@pytest.mark.parametrize(
    ("sub", "body", "wrong"),
    [
        ("beoordelingen", {}, {"versie", "besluit"}),
        ("beoordelingen", {"besluit": "afwijzen", "versie": 1, "reden": "zomaar"}, {"reden"}),
        ("beoordelingen", {"besluit": ["vrijgeven"], "versie": True}, {"versie", "besluit"}),
        ("beoordelingen", {"besluit": "vrijgeven", "versie": -1}, {"versie"}),
        ("bevestigingen", {"versie": "een"}, {"versie"}),
        (
            "sluitingen",
            {"versie": None, "uitkomst": 7, "begonnenOp": "gisteren"},
            {"versie", "uitkomst", "nieuw", "begonnenOp"},
        ),
        ("dossiernummers", {"versie": 1, "dossiernummer": ["x"]}, {"dossiernummer"}),
        ("uitstellen", {"versie": 1, "dagen": 7}, {"dagen"}),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_with_every_reason(
    region: Region, sub: str, body: dict[str, Any], wrong: set[str]
) -> None:
    answer = region.log_in("beoordelaar").decide("x", sub, body)
    assert answer.status_code == 400 and {error["location"] for error in answer.json()["errors"]} == wrong


@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b'"x"', b"\xff", b""])
def test_what_is_no_json_object_is_refused(region: Region, content: bytes) -> None:
    visitor = region.log_in("beoordelaar")
    headers = {"Content-Type": "application/json", "X-CSRF-Token": visitor.csrf}
    answer = visitor.http.post("/v1/attenderingen/x/beoordelingen", content=content, headers=headers)
    assert answer.status_code == 400 and answer.json()["errors"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("status=weg&regel=R99&gemeente=GM9999&ernst=erg&pagina=0&aantal=1000&kleur=rood", 7),
        ("pagina=9999999999999999999999", 1),
        ("pagina=%00", 1),
    ],
)
def test_a_filter_that_does_not_exist_is_refused(region: Region, query: str, wrong: int) -> None:
    visitor = region.log_in("beoordelaar")
    answer = visitor.http.get(f"/v1/attenderingen?{query}")
    assert answer.status_code == 400 and len(answer.json()["errors"]) == wrong
    page = visitor.http.get(f"/?{query}")
    assert page.status_code == 400 and "Dit begrijpen we niet" in page.text


def test_filters_narrow_the_list(region: Region) -> None:
    persons = [region.person(), region.person()]
    region.raise_signal(persons[0], rule="R2", lead="GM0184")
    region.raise_signal(persons[1], rule="R1", lead="GM0184")
    alerts = [region.alert(person) for person in persons]
    visitor = region.log_in("beoordelaar")
    found = visitor.http.get("/v1/attenderingen?gemeente=GM0184&ernst=zeer-hoog&status=kandidaat").json()
    assert [a["id"] for a in found["attenderingen"]] == [alerts[0]] and found["totaal"] == 1
    page = visitor.page("/?gemeente=GM0184&regel=R1")
    assert alerts[1] in page and alerts[0] not in page and "Wis filters" in page
    assert "Hier is nu niets te doen." in visitor.page("/?gemeente=GM0050")
    assert visitor.page("/?pagina=77")


def test_every_page_carries_the_notices_and_lets_nothing_else_in(region: Region) -> None:
    visitor = region.log_in("beoordelaar")
    for path, status in [("/", 200), ("/attenderingen/weg", 404), ("/nergens", 404), ("/?pagina=x", 400)]:
        answer = visitor.http.get(path)
        assert answer.status_code == status
        assert "<strong>Geen noodkanaal:</strong> bij direct gevaar 112 of de crisisdienst." in answer.text
        assert "DEMO, geen echte gegevens" in answer.text and '<html lang="nl">' in answer.text
        policy = answer.headers["content-security-policy"]
        scripted = "<script" in answer.text
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert ("script-src" in policy) == scripted == (path == "/") and (
            not scripted or "; script-src 'self'" in policy
        )
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(
            r"<script(?! src=\"/static/[a-z]+\.js\" defer></script>)|\sstyle=|\son\w+=|https?://(?!127)",
            answer.text.replace("http://www.w3.org", ""),
        )


def test_the_api_describes_itself(region: Region) -> None:
    document = httpx2.get(f"{region.url}/v1/openapi.json").json()
    assert set(document["paths"]) == {
        "/sessie",
        "/logboek",
        "/beheer",
        "/attenderingen",
        "/attenderingen/{id}",
        *(f"/attenderingen/{{id}}/{sub}" for sub in DOORS),
    }


def test_the_figures_are_there(region: Region) -> None:
    text = httpx2.get(f"http://127.0.0.1:{region.metrics}/metrics").text
    for name in (
        "vangnet_alerts",
        "vangnet_deliveries",
        "vangnet_told_seconds_bucket",
        "vangnet_delivery_attempts_total",
    ):
        assert f"\n{name}" in text
    assert httpx2.get(f"{region.url}/healthz").status_code == httpx2.get(f"{region.url}/readyz").status_code == 200
