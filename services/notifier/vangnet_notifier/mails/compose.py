"""Makes a mail: text and HTML, with a stable Message-ID and nothing in it but a link."""

from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from vangnet_contract.policy import Region

from vangnet_notifier.mails.texts import ABOUT_LISTS, NO_EMERGENCY, TEXTS
from vangnet_notifier.postman import Delivery


class Composer:
    """Makes the mails of one region. `base_url` is where the inbox is; `sender` the address that mails come from."""

    def __init__(self, region: Region, base_url: str, sender: str) -> None:
        self._region = region
        self._base_url = base_url.rstrip("/")
        self._sender = sender
        loader = PackageLoader("vangnet_notifier.mails")
        templates = Environment(
            loader=loader,
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._text, self._html = templates.get_template("mail.txt"), templates.get_template("mail.html")

    def compose(self, delivery: Delivery) -> EmailMessage:
        """The mail for this delivery: the same at every attempt, but for the number that waits at that moment."""
        text = TEXTS[delivery.kind]
        values = {
            "text": text,
            "waiting": delivery.waiting,
            "name": delivery.name,
            "link": self._link(delivery),
            "button": "Open de lijst" if delivery.kind in ABOUT_LISTS else "Open de attendering",
            "notice": self._region.notice,
            "region": self._region.title,
            "no_emergency": NO_EMERGENCY,
        }
        mail = EmailMessage()
        mail["Subject"] = f"{self._region.notice} – {text.subject}" if self._region.notice else text.subject
        mail["From"] = formataddr(("Vangnet", self._sender))
        mail["To"] = formataddr((delivery.name, delivery.email))
        mail["Date"] = format_datetime(delivery.created_at)
        mail["Message-ID"] = f"<{delivery.id}@{self._sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = "nl"
        mail.set_content(self._text.render(values), cte="quoted-printable")
        mail.add_alternative(self._html.render(values), subtype="html", cte="quoted-printable")
        mail.set_boundary(f"=_{delivery.id}")
        return mail

    def _link(self, delivery: Delivery) -> str:
        return f"{self._base_url}/" + ("" if delivery.kind in ABOUT_LISTS else f"attenderingen/{delivery.alert}")
