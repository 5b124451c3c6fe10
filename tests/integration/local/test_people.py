"""The people process as it runs: login, mail and tokens over real HTTP and SMTP."""

import base64
import json
import secrets
import smtplib
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from vangnet_local.people.settings import Settings
from vangnet_local.people.tokens import ASSERTION
from vangnet_local.ports import LOOPBACK, free_ports
from vangnet_local.processes import Child, Folders, Program, answers_ok

REPOSITORY = Path(__file__).parents[3]
AUDIENCE = "https://vangnet.example/v1/meldingen"
HTTP = httpx.Client(timeout=10, verify=False)
REDIRECT = "http://127.0.0.1:1/callback"


class Running:
    """The process with its settings and the key of one partner system."""

    def __init__(self, folder: Path) -> None:
        http, smtp = free_ports(2)
        (folder / "clients").mkdir()
        self.client_key = RSAKey.generate_key(2048)
        (folder / "clients" / "politie.pem").write_bytes(self.client_key.as_pem(private=False))
        (folder / "oidc-client-secret").write_text("secret-of-the-inbox\n")
        (folder / "issuer.pem").write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
        self.settings = Settings(
            http_port=http,
            smtp_port=smtp,
            folder=folder / "people",
            policy=REPOSITORY / "deploy" / "policy" / "demo",
            signing_key=folder / "issuer.pem",
            clients=folder / "clients",
            oidc_client_id="vangnet",
            oidc_client_secret_file=folder / "oidc-client-secret",
            oidc_redirect_uri=REDIRECT,
            token_audience=AUDIENCE,
        )
        argv = [sys.executable, "-m", "vangnet_local.people"]
        program = Program("people", argv, lambda: answers_ok(http), self.settings.environment())
        self.child = Child(program, Folders(folder / "run", folder / "logs"))
        self.base = self.settings.base_url
        self.endpoint = f"{self.settings.token_issuer}/token"

    def restart(self) -> None:
        self.child.kill()
        self.child.start()
        self.child.wait_ready()

    def assertion(self, key: RSAKey | None = None, algorithm: str = "PS256", **changes: object) -> str:
        now = int(time.time())
        claims = {"iss": "politie", "sub": "politie", "aud": self.endpoint, "iat": now, "exp": now + 60}
        claims |= {"jti": secrets.token_urlsafe(16)} | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": algorithm}, claims, key or self.client_key, [algorithm])

    def ask_token(self, assertion: str, **changes: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}
        return HTTP.post(self.endpoint, data=form | changes)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("people"))
    running.child.start()
    running.child.wait_ready()
    yield running
    running.child.stop()


def log_in(people: Running, sub: str, **changes: str) -> httpx.Response:
    """What a browser does: ask, pick a person, be sent back with a code."""
    query = {
        "response_type": "code",
        "client_id": "vangnet",
        "redirect_uri": REDIRECT,
        "scope": "openid profile email",
        "state": "s",
        "nonce": secrets.token_urlsafe(8),
    }
    url = httpx.URL(f"{people.base}/oauth2/authorize", params=query | changes)
    page = HTTP.get(url)
    if page.status_code != httpx.codes.OK:
        return page
    assert "Wie bent u?" in page.text and "Bea Oordelaar" in page.text
    back = HTTP.post(url, data={"sub": sub})
    assert back.status_code == httpx.codes.FOUND
    code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    return HTTP.post(
        f"{people.base}/oauth2/token", data=form, auth=("vangnet", changes.get("secret", "secret-of-the-inbox"))
    )


def test_a_coordinator_logs_in_and_the_id_token_says_who_that_is(people: Running) -> None:
    metadata = HTTP.get(f"{people.base}/.well-known/openid-configuration").json()
    assert metadata["issuer"] == people.base
    token = log_in(people, "coordinator-almere").json()["id_token"]
    keys = KeySet.import_key_set(HTTP.get(metadata["jwks_uri"]).json())
    claims = jwt.decode(token, keys).claims
    assert claims["iss"] == people.base and claims["aud"] in ("vangnet", ["vangnet"])
    assert claims["sub"] == "coordinator-almere" and claims["email"] == "coordinator-almere@vangnet.example"
    assert claims["vangnet_roles"] == ["coordinator"] and claims["vangnet_municipalities"] == ["GM0034"]


@pytest.mark.parametrize(
    ("sub", "roles"), [("beoordelaar", ["reviewer"]), ("piket", ["on-call"]), ("operator", ["operator"])]
)
def test_roles_of_the_others(people: Running, sub: str, roles: list[str]) -> None:
    token = log_in(people, sub).json()["id_token"]
    assert (
        jwt.decode(token, KeySet.import_key_set(HTTP.get(f"{people.base}/jwks").json())).claims["vangnet_roles"]
        == roles
    )


def test_login_checks_client_secret_redirect_address_and_nonce(people: Running) -> None:
    assert log_in(people, "beoordelaar", secret="guess").status_code == httpx.codes.UNAUTHORIZED
    assert log_in(people, "beoordelaar", client_id="other").status_code == httpx.codes.BAD_REQUEST
    refused = log_in(people, "beoordelaar", redirect_uri="http://127.0.0.1:9/elsewhere")
    assert refused.status_code == httpx.codes.BAD_REQUEST and "redirect" in refused.text.lower()
    refused = log_in(people, "beoordelaar", nonce="")
    assert refused.status_code == httpx.codes.FOUND and "error=" in refused.headers["location"]


def test_nobody_reaches_a_debugger(people: Running) -> None:
    assert (
        HTTP.get(f"{people.base}/?__debugger__=yes&cmd=resource&f=style.css")
        .headers["content-type"]
        .startswith("text/html")
    )


def test_mail_is_kept_as_sent_and_readable_after_a_kill(people: Running) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "vangnet@vangnet.example", "a@vangnet.example", "Er is een attendering"
    mail["Message-ID"] = "<1@vangnet.example>"
    mail.set_content("Lees de attendering van Coördinatie: http://127.0.0.1/attenderingen/1\n")
    with smtplib.SMTP(LOOPBACK, people.settings.smtp_port) as server:
        server.send_message(mail, to_addrs=["a@vangnet.example", "b@vangnet.example"])
    people.restart()
    [kept] = HTTP.get(f"{people.base}/mails", headers={"accept": "application/json"}).json()
    assert kept["recipients"] == ["a@vangnet.example", "b@vangnet.example"]
    assert kept["message_id"] == "<1@vangnet.example>" and kept["subject"] == "Er is een attendering"
    assert "Coördinatie" in kept["text"]
    page = HTTP.get(f"{people.base}/mails/{kept['number']}")
    assert '<a href="http://127.0.0.1/attenderingen/1"' in page.text and 'lang="nl"' in page.text
    assert "Er is een attendering" in HTTP.get(f"{people.base}/mails").text
    assert HTTP.get(f"{people.base}/mails/999").status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_a_partner_system_gets_a_token(people: Running, algorithm: str) -> None:
    answer = people.ask_token(people.assertion(algorithm=algorithm))
    assert answer.status_code == httpx.codes.OK and answer.headers["cache-control"] == "no-store"
    token = jwt.decode(
        answer.json()["access_token"], KeySet.import_key_set(HTTP.get(f"{people.base}/tokens/jwks").json()), ["PS256"]
    )
    assert token.header["typ"] == "at+jwt"
    assert token.claims["iss"] == f"{people.base}/tokens" and token.claims["aud"] == AUDIENCE
    assert token.claims["sub"] == token.claims["client_id"] == "politie"
    assert 0 < token.claims["exp"] - token.claims["iat"] == answer.json()["expires_in"] <= 6 * 3600
    metadata = HTTP.get(f"{people.base}/.well-known/oauth-authorization-server/tokens").json()
    assert metadata["token_endpoint"] == people.endpoint and "refresh_token" not in answer.json()


def test_an_assertion_is_used_once_also_across_a_restart(people: Running) -> None:
    assertion = people.assertion()
    assert people.ask_token(assertion).status_code == httpx.codes.OK
    assert people.ask_token(assertion).json()["error_description"] == "jti of the assertion was used before"
    people.restart()
    assert people.ask_token(assertion).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"aud": "https://elsewhere.example/token"}, "aud"),
        ({"aud": None}, "aud"),
        ({"sub": "ggz"}, "iss and sub"),
        ({"iss": "ggz", "sub": "ggz"}, "known client"),
        ({"exp": 1_000}, "exp"),
        ({"exp": 4_000_000_000}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": 4_000_000_000}, "iat"),
        ({"jti": "short"}, "jti"),
        ({"jti": None}, "jti"),
    ],
)
def test_a_wrong_assertion_is_refused_by_name(people: Running, changes: dict[str, object], word: str) -> None:
    answer = people.ask_token(people.assertion(**changes))
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert answer.json()["error"] == "invalid_client" and word in answer.json()["error_description"]


def test_another_key_no_signature_and_nonsense_are_refused(people: Running) -> None:
    unsigned = ".".join([_part({"alg": "none"}), _part({"iss": "politie", "sub": "politie"}), ""])
    for assertion in (people.assertion(key=RSAKey.generate_key(2048)), unsigned, "nonsense", "", _part({"iss": []})):
        answer = people.ask_token(assertion)
        assert answer.status_code == httpx.codes.UNAUTHORIZED and answer.json()["error"] == "invalid_client"


def test_other_grants_are_refused(people: Running) -> None:
    assert people.ask_token(people.assertion(), grant_type="password").json()["error"] == "unsupported_grant_type"
    assert people.ask_token(people.assertion(), client_assertion_type="x").json()["error"] == "invalid_request"
    assert people.ask_token(people.assertion(), client_id="ggz").json()["error"] == "invalid_client"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
