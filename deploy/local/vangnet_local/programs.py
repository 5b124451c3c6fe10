"""Every process of the platform beside Kafka and PostgreSQL: its command and its settings."""

import sys
from collections.abc import Mapping
from pathlib import Path

from vangnet_runtime.broker import Broker

from vangnet_local.endpoints import STATEFUL, State
from vangnet_local.kafka import Kafka, Tls
from vangnet_local.layout import Layout
from vangnet_local.people.settings import Settings as PeopleSettings
from vangnet_local.ports import LOOPBACK
from vangnet_local.processes import Program, answers_ok
from vangnet_local.secrets import read_secret

OIDC_CLIENT = "vangnet-inbox"
CALLBACK = "/inloggen/terug"
SENDER = "vangnet@vangnet.example"


def service(name: str, state: State, layout: Layout) -> Program:
    """ingest, linker, indicators or notifier."""
    port = state.ports.of(name)
    return Program(name, [command(name), "run"], lambda: answers_ok(port), service_environment(name, state, layout))


def evaluator(name: str, state: State, layout: Layout) -> Program:
    """Evaluator `a` or `b`: of two organisations in a region, both on this machine in a demo."""
    port = state.ports.of(f"evaluator-{name}")
    folder = layout.evaluator(name)
    environment = {
        "VANGNET_PROFILE": "local",
        "VANGNET_HTTP_PORT": str(port),
        "VANGNET_METRICS_PORT": str(state.ports.of(f"evaluator-{name}-metrics")),
        "VANGNET_EVALUATOR_NAME": name,
        "VANGNET_EVALUATOR_SHARES": str(folder / "shares.json"),
        "VANGNET_EVALUATOR_PARTNERS": str(folder / "partners.json"),
        "VANGNET_EVALUATOR_STORE": str(folder / "store.sqlite"),
    }
    return Program(f"evaluator-{name}", [command("linker"), "evaluator"], lambda: answers_ok(port), environment)


def people(state: State, layout: Layout) -> Program:
    """Login, mail, tokens."""
    argv = [sys.executable, "-m", "vangnet_local.people"]
    settings = people_settings(state, layout)
    return Program("people", argv, lambda: answers_ok(settings.http_port), settings.environment())


def people_settings(state: State, layout: Layout) -> PeopleSettings:
    """Settings of the people process."""
    return PeopleSettings(
        http_port=state.ports.people,
        smtp_port=state.ports.smtp,
        folder=layout.people,
        policy=layout.policy,
        signing_key=layout.secrets / "token-issuer.pem",
        clients=layout.clients,
        oidc_client_id=OIDC_CLIENT,
        oidc_client_secret_file=layout.secrets / "oidc-client-secret",
        oidc_redirect_uri=state.ports.url("notifier") + CALLBACK,
        token_audience=token_audience(state),
    )


def token_audience(state: State) -> str:
    """`aud` of partners' access tokens: the door that they are for."""
    return f"{state.ports.url('ingest')}/v1"


def service_environment(name: str, state: State, layout: Layout) -> Mapping[str, str]:
    """Settings of a service; secrets as names of files."""
    common = kafka_environment(name, state, layout) | {
        "VANGNET_POLICY": str(layout.policy),
        "VANGNET_CLOCK": state.clock,
        "VANGNET_PROFILE": "local",
        "VANGNET_HOST": LOOPBACK,
        "VANGNET_HTTP_PORT": str(state.ports.of(name)),
        "VANGNET_METRICS_PORT": str(state.ports.of(f"{name}-metrics")),
        "VANGNET_INSTANCE": name,
    }
    database = {"VANGNET_DATABASE_FILE": str(layout.secrets / f"{name}-database")} if name in STATEFUL else {}
    return common | database | OWN[name](state, layout)


def kafka_environment(name: str, state: State, layout: Layout) -> dict[str, str]:
    """How that user reaches Kafka."""
    where = {"VANGNET_KAFKA": f"{LOOPBACK}:{state.ports.kafka}"}
    if not state.secure:
        return where
    return where | {
        "VANGNET_KAFKA_SECURITY": "SASL_SSL",
        "VANGNET_KAFKA_CA": str(layout.pki / "ca.pem"),
        "VANGNET_KAFKA_USER": name,
        "VANGNET_KAFKA_PASSWORD_FILE": str(layout.kafka_password(name)),
    }


def broker_for(state: State, layout: Layout, name: str | None = None) -> Broker:
    """Kafka for a command on this machine, as that user; None: as who may do everything."""
    if name is None:
        return Kafka(
            layout.kafka, layout.folders, (state.ports.kafka, state.ports.kafka_controller), tls=tls(state, layout)
        ).admin
    where = f"{LOOPBACK}:{state.ports.kafka}"
    if not state.secure:
        return Broker(where)
    return Broker(where, "SASL_SSL", layout.pki / "ca.pem", name, read_secret(layout.kafka_password(name)))


def tls(state: State, layout: Layout) -> Tls | None:
    """None: Kafka asks nobody who he is."""
    return Tls(layout.pki, state.ports.kafka_tls) if state.secure else None


def topics_job(state: State, layout: Layout) -> Program:
    """Makes the topics, once Kafka runs: as who may do everything."""
    environment = dict(service_environment("ingest", state, layout))
    if state.secure:
        admin = broker_for(state, layout)
        for name in ("VANGNET_KAFKA_USER", "VANGNET_KAFKA_PASSWORD_FILE"):
            del environment[name]
        environment |= {
            "VANGNET_KAFKA": admin.bootstrap,
            "VANGNET_KAFKA_SECURITY": "SSL",
            "VANGNET_KAFKA_CERTIFICATE": str(admin.certificate),
            "VANGNET_KAFKA_KEY": str(admin.key),
        }
    return Program("topics", [command("ingest"), "topics"], lambda: True, environment)


def _ingest(state: State, layout: Layout) -> dict[str, str]:
    tokens = people_settings(state, layout).token_issuer
    return {
        "VANGNET_TOKEN_ISSUER": tokens,
        "VANGNET_TOKEN_AUDIENCE": token_audience(state),
        "VANGNET_TOKEN_JWKS_URL": f"{tokens}/jwks",
    }


def _linker(_state: State, layout: Layout) -> dict[str, str]:
    return {
        "VANGNET_PEPPER_FILE": str(layout.secrets / "pepper"),
        "VANGNET_SEAL_KEYS": str(layout.secrets / "seal-keys.json"),
    }


def _indicators(state: State, layout: Layout) -> dict[str, str]:
    tokens = people_settings(state, layout).token_issuer
    return {
        "VANGNET_TOKEN_ISSUER": tokens,
        "VANGNET_TOKEN_AUDIENCE": f"{state.ports.url('indicators')}/v1",
        "VANGNET_TOKEN_JWKS_URL": f"{tokens}/jwks",
    }


def _notifier(state: State, layout: Layout) -> dict[str, str]:
    return {
        "VANGNET_PSEUDONYM_KEY_FILE": str(layout.secrets / "pseudonym-key"),
        "VANGNET_SESSION_KEY_FILE": str(layout.secrets / "session-key"),
        "VANGNET_BASE_URL": state.ports.url("notifier"),
        "VANGNET_SMTP_HOST": LOOPBACK,
        "VANGNET_SMTP_PORT": str(state.ports.smtp),
        "VANGNET_SMTP_FROM": SENDER,
        "VANGNET_OIDC_ISSUER": state.ports.url("people"),
        "VANGNET_OIDC_CLIENT_ID": OIDC_CLIENT,
        "VANGNET_OIDC_CLIENT_SECRET_FILE": str(layout.secrets / "oidc-client-secret"),
    }


OWN = {"ingest": _ingest, "linker": _linker, "indicators": _indicators, "notifier": _notifier}


def command(service_name: str) -> str:
    """The installed command of a service, beside this Python."""
    return str(Path(sys.executable).parent / f"vangnet-{service_name}")
