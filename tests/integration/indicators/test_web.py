"""What everybody may see of the counts, from the service as it runs in production: pages, JSON, problems, roles, headers."""

import asyncio
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from vangnet_contract.messages import AreaEvent, EventKey, Heartbeat, PersonChanged, PersonsMessage, Tick

from tests.integration.indicators.region import Region
from tests.integration.indicators.test_service import answer, eventually
from tests.integration.ingest.rig import AUDIENCE, Issuer
from tests.unit.indicators.people import change, record

YEARLY = {"GM0034": 420, "GM0995": 160, "GM0171": 60, "GM0303": 45, "GM0184": 12, "GM0050": 4}
FIRST, TODAY = date(2035, 1, 5), date(2036, 4, 20)  # long after all that other tests tell
QUARTER_END = date(2036, 3, 31)
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def reports() -> list[tuple[str, date]]:
    dice = random.Random(5)
    length = (TODAY - FIRST).days
    return [
        (code, FIRST + timedelta(days=dice.randrange(length)))
        for code, yearly in YEARLY.items()
        for _ in range(round(yearly * length / 365))
    ]


def counted(code: str, end: date) -> int:
    """Reports in the 365 days that end then."""
    return sum(place == code and end - timedelta(days=365) < day <= end for place, day in reports())


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def url(region: Region, issuer: Issuer) -> Iterator[str]:
    """The service with all reports committed."""
    moments = [(code, datetime(day.year, day.month, day.day, 20, tzinfo=UTC)) for code, day in reports()]
    events = []
    for number, (code, at) in enumerate(moments):
        made = record(f"web{number}", at, municipality=code)
        named = EventKey("urn:nld:oin:00000000000000000101:systeem:web", f"web{number}")
        made = msgspec.structs.replace(made, event=named)
        events.append(AreaEvent(change="added", record=made, traceable=False))
    environment = region.environment(
        VANGNET_TOKEN_ISSUER=issuer.url, VANGNET_TOKEN_AUDIENCE=AUDIENCE, VANGNET_TOKEN_JWKS_URL=f"{issuer.url}/jwks"
    )
    with region.running(environment):
        eventually(lambda: answer(environment["VANGNET_HTTP_PORT"], "/readyz")[0] == 200)
        heard = Heartbeat(partner="politie", up_to=datetime(2036, 3, 1, tzinfo=UTC))
        noon = Tick(at=datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC))
        asyncio.run(_take(region, [*events, *_repeaters(), heard, noon]))
        yield f"http://127.0.0.1:{environment['VANGNET_HTTP_PORT']}"


def _repeaters() -> list[PersonChanged]:
    """In June and July of 2035, ten days apart: 40 people with five occurrences, 32 with four, 12 of these elsewhere."""
    found = []
    for number in range(72):
        place = "GM0995" if number >= 60 else "GM0034"
        days = [datetime(2035, 6, 3, 10, tzinfo=UTC) + timedelta(days=10 * n) for n in range(5 if number < 40 else 4)]
        made = [record(f"again{number}-{n}", at, municipality=place) for n, at in enumerate(days)]
        found.append(change(days[-1], made, person=f"{number + 1:032x}"))
    return found


async def _take(region: Region, messages: list[PersonsMessage]) -> None:
    await region.send(messages)
    await region.done()


def series(url: str, path: str, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
    return httpx.get(f"{url}/v1/indicatoren/{path}", params=query, headers=headers or {}, timeout=30)


def last_of(answered: httpx.Response) -> dict[str, Any]:
    points = {point["datum"]: point for point in answered.json()["punten"]}
    found: dict[str, Any] = points[QUARTER_END.isoformat()]
    return found


def test_the_public_sees_complete_quarters_rounded_and_protected(url: str) -> None:
    """All of these are E33: I01a beside I01b would tell that the rest is nothing."""
    newest = {code: last_of(series(url, "I01b/reeksen", gemeente=code)) for code in YEARLY}
    said = {code: n for code, point in newest.items() if (n := point["waarden"]["meldingen"]) is not None}
    assert said and all(n % 5 == 0 and abs(n - counted(code, QUARTER_END)) <= 2 for code, n in said.items())
    assert counted("GM0050", QUARTER_END) < 10
    assert newest["GM0050"]["waarden"] == {"meldingen": None, "per1000": None}
    assert len(YEARLY) - len(said) >= 2, "one withheld alone follows from the region"
    region = series(url, "I01b/reeksen").json()
    assert region["gebied"] == "regio" and [point["datum"][5:] for point in region["punten"][-2:]] == ["12-31", "03-31"]


def test_the_lists_and_the_report_say_the_same_in_json_and_on_a_page(url: str) -> None:
    listed = httpx.get(f"{url}/v1/indicatoren").json()["indicatoren"]
    assert {one["id"] for one in listed if one["openbaar"]} == {
        "I01a", "I01b", "I02", "I03", "I04", "I05", "I06", "I12", "I13", "I15", "I16",
    }  # fmt: skip
    report = httpx.get(f"{url}/v1/rapport", timeout=30).json()
    part = next(one for one in report["onderdelen"] if one["indicator"] == "I01b")
    last = {area["naam"]: area["waarden"]["meldingen"] for area in part["kwartalen"][-1]["gebieden"]}
    assert part["kwartalen"][-1]["tot"] == QUARTER_END.isoformat() and last["Zeewolde"] is None
    page = httpx.get(f"{url}/v1/rapport", headers=PAGE, timeout=30)
    assert page.headers["content-type"].startswith("text/html")
    assert next(one["geleverdTot"] for one in report["stilleKetenpartners"]) == "2036-03-01T00:00:00Z"
    assert "levert niet sinds zaterdag 1 maart 2036, 01.00 uur; tellingen kunnen te laag zijn." in page.text
    said = [number for number in last.values() if number is not None]
    assert said and all(f"<td>{number}</td>" in page.text for number in said)
    assert "<svg" in page.text and "geen diagnose" in page.text


def test_every_rule_is_explained_in_json_and_on_a_page(url: str) -> None:
    rules = {one["id"]: one for one in httpx.get(f"{url}/v1/regels").json()["regels"]}
    assert "4 voorvallen of meer" in rules["R1"]["wat"] and rules["R1"]["waarom"] and rules["R1"]["sinds"]
    assert {(one["stand"], one["besluit"]) for one in rules["R1"]["gemeenten"]} == {("actief", "DEMO")}
    assert {one["stand"] for one in rules["R7"]["gemeenten"]} == {"uit"}
    page = httpx.get(f"{url}/v1/regels", headers=PAGE)
    assert "registratie, geen diagnose" in page.text and all(rule["naam"] in page.text for rule in rules.values())


def test_problems_come_together(url: str) -> None:
    wrong = series(url, "I01a/reeksen", gemeente="GM9999", venster="7", van="gisteren", tot="2036-02-30")
    assert wrong.status_code == 400 and wrong.headers["content-type"] == "application/problem+json"
    assert [error["location"] for error in wrong.json()["errors"]] == [
        "query.gemeente", "query.venster", "query.van", "query.tot",
    ]  # fmt: skip
    assert series(url, "I99/reeksen").status_code == 404
    assert series(url, "I17/reeksen").status_code == 404
    assert series(url, "I01a/reeksen", maand="1").status_code == 400
    assert httpx.get(f"{url}/v1/weg").json()["status"] == 404
    assert "Niet gevonden" in httpx.get(f"{url}/weg", headers=PAGE).text


def test_other_windows_and_days_are_for_analysts_and_still_protected(url: str, issuer: Issuer) -> None:
    asked = {"venster": "30", "van": "2036-01-10", "tot": "2036-01-12"}
    refused = series(url, "I01a/reeksen", **asked)
    assert refused.status_code == 401 and refused.headers["www-authenticate"] == "Bearer"
    assert series(url, "I01a/reeksen", van="2036-01-10", tot="2036-01-10").status_code == 401
    assert series(url, "I01a/reeksen", {"Authorization": f"Bearer {issuer.token()}"}, **asked).status_code == 403
    assert series(url, "I01a/reeksen", {"Authorization": "Bearer x.y.z"}, **asked).status_code == 401
    analyst = {"Authorization": f"Bearer {issuer.token(vangnet_roles=['analyst'])}"}
    days = series(url, "I01a/reeksen", analyst, **asked).json()["punten"]
    assert [day["datum"] for day in days] == ["2036-01-10", "2036-01-11", "2036-01-12"]
    assert all(day["waarden"]["meldingen"] % 5 == 0 for day in days)
    small = series(url, "I01a/reeksen", analyst, gemeente="GM0184", **asked).json()["punten"]
    assert all(day["waarden"]["meldingen"] is None and day["afgeschermd"] for day in small)
    assert series(url, "I01a/reeksen", analyst, venster="30").status_code == 400


def test_a_moved_threshold_shows_the_workload_to_analysts(url: str, issuer: Issuer) -> None:
    def tried(headers: dict[str, str], **query: str) -> httpx.Response:
        return httpx.get(f"{url}/v1/proefberekeningen", params=query, headers=headers, timeout=60)

    asked = {"regel": "R1", "van": "2035-06", "tot": "2035-08", "count": "4..6", "days": "90"}
    assert tried({}, **asked).status_code == 401
    page = tried(PAGE, **asked)
    assert page.status_code == 401 and "Geen toegang" in page.text
    assert tried({"Authorization": f"Bearer {issuer.token()}"}, **asked).status_code == 403
    analyst = {"Authorization": f"Bearer {issuer.token(vangnet_roles=['analyst'])}"}
    four, five, six = tried(analyst, **asked).json()["uitkomsten"]
    assert (four["signalen"], four["mensen"], four["zorgOnbekend"], four["nietInZorg"]) == (70, 70, 70, None)
    weekly = {place["code"]: place["perWeek"] for place in four["gemeenten"]}
    assert {place: number for place, number in weekly.items() if number} == {"GM0034": 4.6, "GM0995": 0.8}
    assert (five["instelling"], five["signalen"], five["perWeek"]) == ({"count": 5, "days": 90}, 40, 3.0)
    assert six["signalen"] is None and six["perWeek"] is None
    page = tried(analyst | PAGE, **asked)
    assert page.status_code == 200 and "<td>4,6</td>" in page.text and "<svg" in page.text
    assert 'value="4..6"' in page.text and "Nog niet in zorg" in page.text
    wrong = tried(analyst | PAGE, **(asked | {"count": "veel", "tot": "2035"}))
    assert wrong.status_code == 400 and "Aantal voorvallen</strong>: moet een getal zijn" in wrong.text
    assert len(tried(analyst, **(asked | {"count": "veel", "tot": "2035"})).json()["errors"]) == 2


@pytest.mark.parametrize(
    "path", ["/v1/rapport", "/v1/regels", "/v1/indicatoren", "/v1/openapi.json", "/static/vangnet.css"]
)
def test_headers(url: str, path: str) -> None:
    for accept in (PAGE, {}):
        answered = httpx.get(f"{url}{path}", headers=accept, timeout=30)
        assert answered.status_code == 200
        assert answered.headers["api-version"] and answered.headers["x-content-type-options"] == "nosniff"
        policy = answered.headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy
    assert "/rapport" in httpx.get(f"{url}/v1/openapi.json").json()["paths"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "Chromium is missing: run `make setup-test`, or `apt-get install chromium`"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    "look",
    [{}, {"viewport": {"width": 360, "height": 740}}, {"color_scheme": "dark"}, {"java_script_enabled": False}],
    ids=["wide", "phone", "dark", "without-scripts"],
)
def test_pages_in_a_browser(url: str, issuer: Issuer, browser: Browser, look: dict[str, Any]) -> None:
    scripts = "java_script_enabled" not in look
    analyst = {"Authorization": f"Bearer {issuer.token(vangnet_roles=['analyst'])}"}
    context = browser.new_context(base_url=url, locale="nl-NL", bypass_csp=scripts, extra_http_headers=analyst, **look)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    trial = "/v1/proefberekeningen?regel=R1&van=2035-06&tot=2035-08&count=4..6&days=90"
    for path, title in (
        ("/", "Kwartaalrapport Demoregio Flevoland"),
        ("/v1/regels", "De regels van Vangnet"),
        ("/v1/proefberekeningen", "Wat als de drempel anders was?"),
        (trial, "Wat als de drempel anders was?"),
    ):
        page.goto(path)
        assert page.locator("h1").inner_text() == title
        if scripts:
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
                f"{path} scrolls sideways"
            )
        else:
            assert not said
    context.close()
