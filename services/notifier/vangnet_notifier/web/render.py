"""Fills the templates, and says in one page what does not go."""

from collections.abc import Sequence

import msgspec
from starlette.responses import HTMLResponse
from vangnet_contract.policy import Region
from vangnet_runtime.house import CONTENT_POLICY, HEADERS, templates

from vangnet_notifier.web.forms import Wrong

OWN_SCRIPTS = HEADERS | {"Content-Security-Policy": f"{CONTENT_POLICY}; script-src 'self'"}
"""For pages with a script file of our own; nothing inline. Every page can be read and used without it."""


SCRIPTED = frozenset({"list.html"})


class User(msgspec.Struct, frozen=True):
    """Who is logged in, for the head of each page."""

    name: str
    role: str
    csrf: str


class Pages:
    """Fills templates."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._templates = templates("vangnet_notifier.web")

    def render(self, template: str, user: User | None, status: int = 200, **values: object) -> HTMLResponse:
        """A page of this region."""
        page = self._templates.get_template(template).render(site=self._region, user=user, **values)
        return HTMLResponse(page, status, OWN_SCRIPTS if template in SCRIPTED else HEADERS)

    def say(
        self, status: int, title: str, text: str, link: tuple[str, str] | None = ("/", "Naar de attenderingen")
    ) -> HTMLResponse:
        """One message on a page of its own. `link` = where to go from there."""
        to = {"href": link[0], "label": link[1]} if link else None
        return self.render("message.html", None, status, title=title, text=text, link=to)

    def login_away(self) -> HTMLResponse:
        """The provider does not answer."""
        return self.say(
            503,
            "Inloggen lukt nu niet",
            "De inlogdienst van uw organisatie geeft geen antwoord. Probeer het over een paar minuten opnieuw.",
            ("/inloggen", "Probeer opnieuw"),
        )

    def login_refused(self) -> HTMLResponse:
        """The provider, or what it says, does not let this user in."""
        return self.say(
            403,
            "Inloggen is niet gelukt",
            "De inlogdienst gaf geen geldig antwoord, of uw account heeft geen e-mailadres. Log opnieuw in. "
            "Lukt het weer niet, vraag dan uw beheerder om hulp.",
            ("/inloggen", "Log opnieuw in"),
        )

    def logged_out(self) -> HTMLResponse:
        """Goodbye."""
        return self.say(200, "U bent uitgelogd", "U kunt dit venster sluiten.", ("/inloggen", "Opnieuw inloggen"))

    def not_found(self) -> HTMLResponse:
        """Nothing here, or nothing that this user may see: the same answer."""
        text = "Deze pagina of attendering bestaat niet, of u mag haar niet zien."
        return self.say(404, "Niet gevonden", text)

    def too_many(self, wait: int) -> HTMLResponse:
        """More than a person asks. `wait` in seconds."""
        text = f"U, of iemand op uw netwerk, vroeg te veel tegelijk. Wacht {wait} seconden en probeer het opnieuw."
        return self.say(429, "Te veel aanvragen", text)

    def forged(self) -> HTMLResponse:
        """A form without the right token."""
        text = "Dit formulier hoort niet bij uw aanmelding. Open de pagina opnieuw en probeer het nog een keer."
        return self.say(403, "Niet uitgevoerd", text)

    def invalid(self, problems: Sequence[Wrong]) -> HTMLResponse:
        """What was sent makes no sense."""
        text = " ".join(f"{problem.veld}: {problem.regel}." for problem in problems)
        return self.say(400, "Dit begrijpen we niet", text)
