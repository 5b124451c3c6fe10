"""What people read is Dutch, and says the same two things everywhere. Mails hold nothing of the evidence."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import ModuleType

import pytest
from vangnet_contract.outcomes import INTERVENTIONS, NOVELTY
from vangnet_notifier.domain.words import ACTION_TEXT, CHOICES, REASON_TEXT, STATE_TEXT, Kind
from vangnet_notifier.mails.compose import Composer
from vangnet_notifier.mails.texts import ABOUT_LISTS, TEXTS
from vangnet_notifier.postman import Delivery
from vangnet_notifier.web import decisions, listing, offers, pages, problems, render, views

from tests.unit.notifier.signals import POLICY, T0, alert, signal

ENGLISH = frozenset(
    [
        "the",
        "and",
        "not",
        "with",
        "your",
        "you",
        "please",
        "error",
        "page",
        "alert",
        "alerts",
        "release",
        "released",
        "decline",
        "declined",
        "close",
        "closed",
        "open",
        "acknowledge",
        "acknowledged",
        "withdrawn",
        "login",
        "logout",
        "log",
        "out",
        "search",
        "filter",
        "show",
        "all",
        "none",
        "unknown",
        "name",
        "date",
        "time",
        "type",
        "group",
        "event",
        "events",
        "history",
        "back",
        "next",
        "previous",
        "rule",
        "reason",
        "choose",
        "submit",
        "cancel",
        "municipality",
        "state",
        "status",
        "role",
        "user",
        "password",
        "email",
        "address",
        "home",
        "about",
        "help",
        "yes",
        "no",
        "new",
        "old",
        "why",
        "since",
        "until",
        "from",
        "for",
        "this",
        "that",
        "these",
        "those",
        "has",
        "have",
        "is",
        "are",
        "was",
        "were",
        "will",
        "can",
        "cannot",
        "must",
        "may",
        "should",
        "deliver",
        "delivery",
        "review",
        "reviewer",
        "duty",
        "shadow",
        "candidate",
    ]
)
ALSO_DUTCH = frozenset(
    {"open", "status", "filter", "filters", "rule", "type", "is", "was", "help", "about", "new", "log", "back"}
)
EMERGENCY = "Geen noodkanaal: bij direct gevaar 112 of de crisisdienst."
WEB = files("vangnet_notifier.web") / "templates"
MAIL = files("vangnet_notifier.mails") / "templates"


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-zà-ÿ]+", text.lower()))


def visible(template: str) -> str:
    """A template without its code, tags and attributes, except those that are read aloud."""
    labels = " ".join(re.findall(r'(?:aria-label|alt|title)="([^"]*)"', template))
    bare = re.sub(r"{[%{#].*?[%}#]}", " ", template, flags=re.DOTALL)
    return labels + " " + re.sub(r"<style.*?</style>|<[^>]*>", " ", bare, flags=re.DOTALL)


def strings_of(module: ModuleType) -> str:
    """String constants of a module's functions that look like sentences."""
    source = files("vangnet_notifier.web") / f"{module.__name__.rpartition('.')[2]}.py"
    text = re.sub(r'"""(?:.|\n)*?"""|\{[^}"]*\}', "", source.read_text())
    return " ".join(s for s in re.findall(r'"([^"\n]*)"', text) if s[:1].isupper() and " " in s)


@pytest.mark.parametrize("folder", [WEB, MAIL])
def test_no_template_holds_an_english_word(folder: Traversable) -> None:
    for template in folder.iterdir():
        found = words(visible(template.read_text())) & (ENGLISH - ALSO_DUTCH)
        assert not found, (template.name, found)


def test_no_text_in_the_tables_is_english() -> None:
    tables = [STATE_TEXT, REASON_TEXT, ACTION_TEXT, INTERVENTIONS, NOVELTY, *CHOICES.values()]
    texts = [text for table in tables for text in table.values()]
    texts += [part for text in TEXTS.values() for part in (text.subject, text.news, text.request)]
    texts += [strings_of(module) for module in (decisions, listing, offers, pages, problems, render, views)]
    found = {word for text in texts for word in words(text)} & (ENGLISH - ALSO_DUTCH - {"vangnet"})
    assert not found


def test_the_word_list_finds_english() -> None:
    assert words(visible('<p title="Close">Please {{ alert }}<b class="the">wait</b></p>')) & ENGLISH == {
        "close",
        "please",
    }


def test_every_page_is_built_on_the_one_with_the_notices() -> None:
    house = (files("vangnet_runtime.house") / "templates" / "house.html").read_text()
    assert "Geen noodkanaal:</strong> bij direct gevaar 112 of de crisisdienst." in house and "site.notice" in house
    whole = [template for template in WEB.iterdir() if not template.name.startswith("_")]  # those are parts of one
    assert len(whole) > 5
    for template in whole:
        layout = "house.html" if template.name == "base.html" else "base.html"
        assert template.read_text().startswith(f'{{% extends "{layout}" %}}')


@pytest.mark.parametrize("kind", list(Kind))
def test_a_mail_is_a_link_and_nothing_of_the_evidence(kind: Kind) -> None:
    composer = Composer(POLICY.region, "https://inbox.example", "vangnet@region.example")
    about = alert()
    delivery = Delivery(
        id="d" * 32,
        alert=about.id,
        channel="mail",
        kind=kind,
        email="x@y.example",
        name="Ann Onder",
        attempts=1,
        tries=1,
        created_at=T0,
    )
    mail = composer.compose(delivery)
    assert composer.compose(delivery).as_bytes() == mail.as_bytes()
    assert mail["Message-ID"] == f"<{'d' * 32}@region.example>" and mail["To"] == "Ann Onder <x@y.example>"
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    assert len(parts) == 2
    for text in parts:
        assert EMERGENCY in text and "DEMO, geen echte gegevens" in text
        link = "https://inbox.example/" + ("" if kind in ABOUT_LISTS else f"attenderingen/{about.id}")
        assert link in text and "Ann Onder" in text
        facts = {about.person, about.rule, "Herhaling", "Overlast", "politie", "Almere", "GM0034", "januari", "voorval"}
        facts |= {item.event.id for item in signal().evidence}
        assert not {fact for fact in facts if re.search(rf"\b{fact}\b", text)}
    assert not re.search(r"https?://(?!inbox\.example)", parts[1])
