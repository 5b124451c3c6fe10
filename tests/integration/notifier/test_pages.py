"""The pages in a real browser: without JavaScript, by keyboard alone, on a telephone; axe finds nothing."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from vangnet_contract.messages import Evidence

from tests.integration.notifier.region import Region
from tests.unit.notifier.signals import CRISIS, evidence, signal

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)
PHONE = {"viewport": {"width": 360, "height": 740}}
DARK = {"color_scheme": "dark"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "Chromium is missing: run `make setup-test`, or `apt-get install chromium`"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def visit(browser: Browser, region: Region, user: str, scripts: bool = False, **more: Any) -> Page:
    """Logged in through the provider's page."""
    context: BrowserContext = browser.new_context(
        base_url=region.url, java_script_enabled=scripts, bypass_csp=scripts, locale="nl-NL", **more
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name=f"({user})").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attenderingen")
    return page


def mixed() -> tuple[Evidence, ...]:
    """Events of two groups, some released in part, two on one day."""
    return (
        evidence(1),
        evidence(20, occurrence=2),
        evidence(21, at=evidence(20).occurred_at, occurrence=2),
        evidence(22, occurrence=3, event_type=CRISIS, group="zorg"),
        evidence(40, occurrence=3, release="aanwezigheid"),
        evidence(60, occurrence=4, release="niets"),
    )


def candidate(region: Region, **more: Any) -> str:
    person = region.person()
    region.raise_signal(person, items=mixed(), **more)
    return region.alert(person)


def test_review_and_receipt_without_javascript(browser: Browser, region: Region) -> None:
    alert = candidate(region)
    page = visit(browser, region, "beoordelaar")
    page.locator(f'a[href="/attenderingen/{alert}"]').click()
    expect(page.locator(".why")).to_contain_text(
        "4 voorvallen (6 meldingen) in 90 dagen: 13 jan, 1 feb, 3 feb; drempel 4"
    )
    expect(page.locator("svg circle")).to_have_count(3)
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.get_by_text("1 gebeurtenis telt mee, maar mag u niet zien.")).to_be_visible()
    page.get_by_role("button", name="Vrijgeven").click()
    expect(page.get_by_role("status")).to_have_text("Vrijgegeven. De coördinatoren krijgen een mail.")
    expect(page.get_by_role("button", name="Vrijgeven")).to_have_count(0)
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("U bent uitgelogd")

    page = visit(browser, region, "coordinator-almere", **PHONE)
    page.goto(f"/attenderingen/{alert}")
    page.get_by_role("button", name="Ik heb deze attendering ontvangen").click()
    page.get_by_label("Wat is eruit gekomen?").select_option("zorg-gestart")
    page.get_by_label("Was dit nieuw voor u?").select_option("ja")
    page.get_by_label("Welke zorg of hulp is er gestart?").select_option("bemoeizorg")
    page.get_by_label("Vanaf welke dag?").fill("2026-03-01")
    page.get_by_role("button", name="Sluiten").click()
    expect(page.locator(".chip.state")).to_have_text("gesloten")


def test_review_by_keyboard_alone(browser: Browser, region: Region) -> None:
    alert = candidate(region)
    page = visit(browser, region, "beoordelaar")
    page.goto(f"/attenderingen/{alert}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ga naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text().startswith("Kies"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Niet één persoon, of klopt een melding niet?")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Afwijzen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Afgewezen. Niemand anders krijgt bericht.")


def test_the_list_by_j_and_k_with_the_content_policy_in_force(browser: Browser, region: Region) -> None:
    alerts = [candidate(region) for _ in range(2)]
    context = browser.new_context(base_url=region.url, locale="nl-NL")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="(beoordelaar)").click()
    page.goto("/?status=kandidaat")
    expect(page.get_by_text("Sneltoetsen:")).to_be_visible()
    links = page.locator("ol.cards h2 a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.get_by_role("button", name="Zet sneltoetsen uit").click()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("ol.cards h2 a:focus")).to_have_count(0)
    page.get_by_role("button", name="Zet sneltoetsen aan").click()
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("p.why")).to_be_visible()
    context.close()
    quiet = visit(browser, region, "beoordelaar")  # without scripts nothing is promised
    quiet.goto("/?status=kandidaat")
    expect(quiet.get_by_text("Sneltoetsen:")).to_be_hidden()
    assert len(alerts) == 2


def test_marking_whose_events_they_are_not_without_javascript(browser: Browser, region: Region) -> None:
    alert = candidate(region)
    page = visit(browser, region, "beoordelaar")
    page.goto(f"/attenderingen/{alert}")
    page.get_by_text("Niet één persoon, of klopt een melding niet?").click()
    expect(page.get_by_role("checkbox")).to_have_count(5)  # the sixth may not be seen
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_label("Reden om af te wijzen").select_option("verkeerde-persoon")
    page.get_by_role("button", name="Afwijzen").click()
    expect(page.get_by_role("heading", name="Gaan de meldingen over één persoon?")).to_be_visible()
    expect(page.get_by_role("button", name="Bevestigen", exact=True)).to_have_count(0)
    page = visit(browser, region, "piket")
    page.goto(f"/attenderingen/{alert}")
    page.get_by_role("button", name="Bevestigen", exact=True).click()
    expect(page.locator("del")).to_have_count(2)


def test_the_start_list_in_bulk_without_javascript(browser: Browser, region: Region) -> None:
    waiting = [candidate(region, start_list=True) for _ in range(2)]
    page = visit(browser, region, "beoordelaar")
    page.goto("/startlijst")
    for alert in waiting:
        page.locator(f'input[value^="{alert}."]').check()
    page.get_by_label("Reden om af te wijzen").select_option("al-bekend")
    page.get_by_role("button", name="Afwijzen").click()
    expect(page.get_by_role("status")).to_have_text("2 attenderingen beoordeeld.")
    assert all(region.log_in("beoordelaar").see(alert)["status"] == "afgewezen" for alert in waiting)
    coordinator = region.log_in("coordinator-almere")
    assert {coordinator.http.get(path).status_code for path in ("/startlijst", "/proef")} == {404}


@pytest.fixture(scope="module")
def paths(region: Region) -> dict[str, list[str]]:
    """For each user, pages of every kind that he can come to."""
    person = region.person()
    made = region.raise_signal(person, items=mixed())
    withdrawn, reviewed, waiting = region.alert(person), candidate(region), candidate(region)
    region.log_in("beoordelaar").press(reviewed, "Vrijgeven")
    coordinator = region.log_in("coordinator-almere")
    coordinator.press(reviewed, "Ik heb deze attendering ontvangen").raise_for_status()
    first = coordinator.see(reviewed)["gebeurtenissen"][0]["nummer"]
    asking = {"gebeurtenis": first, "doel": "zorg-nagaan", "grondslag": "avg-6-1-e", "dringend": "ja"}
    asked = coordinator.press(reviewed, "Contactverzoek doen", **asking)
    assert "Verstuurd aan de ketenpartner" in asked.text, asked.text
    marked = candidate(region)
    on_duty = region.log_in("beoordelaar")
    wrong = [event["nummer"] for event in on_duty.see(marked)["gebeurtenissen"][:2]]
    declining = {"besluit": "afwijzen", "reden": "verkeerde-persoon", "versie": 1, "anderePersoon": wrong}
    on_duty.decide(marked, "beoordelingen", declining).raise_for_status()
    region.log_in("piket").press(marked, "Bevestigen").raise_for_status()
    candidate(region, start_list=True)
    trial = region.person()
    region.raise_signal(trial, items=mixed(), mode="schaduw")
    shadow = region.alert(trial, "shadow")
    region.publish(signal("withdrawn", signal_id=made.id, person=person, items=(), at=made.at))
    region.alert(person, "withdrawn")
    return {
        "beoordelaar": [
            "/?status=alles&gemeente=GM0034",
            *(f"/attenderingen/{alert}" for alert in (waiting, withdrawn, shadow, marked)),
            "/vier-ogen",
            "/startlijst",
            "/proef",
            "/rooster",
        ],
        "coordinator-almere": ["/", f"/attenderingen/{reviewed}", "/attenderingen/weg", "/?gemeente=GM0050"],
    }


@pytest.mark.parametrize("look", [{}, PHONE, DARK], ids=["wide", "phone", "dark"])
def test_axe_finds_nothing(browser: Browser, region: Region, paths: dict[str, list[str]], look: dict[str, Any]) -> None:
    for user, seen in paths.items():
        page = visit(browser, region, user, scripts=True, **look)
        for path in seen:
            page.goto(path)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
                f"{path} scrolls sideways"
            )
            expect(page.get_by_text("bij direct gevaar 112 of de crisisdienst.")).to_be_visible()
            expect(page.locator(".notice")).to_have_text("DEMO, geen echte gegevens")
        page.context.close()


def test_the_browser_loads_nothing_from_elsewhere_and_reports_nothing(browser: Browser, region: Region) -> None:
    alert = candidate(region)
    page = visit(browser, region, "beoordelaar")
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"/attenderingen/{alert}")
    assert asked and all(url.startswith(region.url) for url in asked) and said == []
