"""`python -m vangnet_local.people`: login, mail and tokens of the local platform, until SIGTERM."""

import logging
import os
import signal
import sys
from types import FrameType

from flask import Flask
from joserfc.jwk import RSAKey
from vangnet_contract.policy import Shelf
from werkzeug.serving import WSGIRequestHandler, make_server

from vangnet_local.people import mails, tokens
from vangnet_local.people.provider import add_provider
from vangnet_local.people.settings import Settings
from vangnet_local.people.users import users_of


def build(settings: Settings, mailbox: mails.Mailbox) -> Flask:
    """All pages of the process."""
    app = Flask(__name__)
    users = users_of(Shelf(settings.policy).in_force.people)
    secret = settings.oidc_client_secret_file.read_text().strip()
    add_provider(app, users, settings.oidc_client_id, secret, settings.oidc_redirect_uri)
    app.register_blueprint(mails.pages(mailbox))
    used = tokens.UsedAssertions(settings.folder / "used-assertions.sqlite")
    key = RSAKey.import_key(settings.signing_key.read_bytes())
    clients = tokens.read_clients(settings.clients)
    issuer = tokens.Issuer(settings.token_issuer, settings.token_audience, key, clients, used)
    app.register_blueprint(tokens.pages(issuer))
    app.add_url_rule("/readyz", "ready", lambda: "ready")
    app.add_url_rule("/healthz", "alive", lambda: "alive")
    return app


class QuietHandler(WSGIRequestHandler):
    """No line for each request: addresses of login requests hold codes."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain HTTP: everything stays on loopback
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings.from_environment()
    settings.folder.mkdir(parents=True, exist_ok=True)
    mailbox = mails.Mailbox(settings.folder / "mails")
    app = build(settings, mailbox)
    smtp = mails.start_server(mailbox, settings.smtp_port, settings.listen)
    server = make_server(settings.listen, settings.http_port, app, threaded=True, request_handler=QuietHandler)

    def end(_number: int, _frame: FrameType | None) -> None:
        smtp.stop()
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    server.serve_forever()


if __name__ == "__main__":
    main()
