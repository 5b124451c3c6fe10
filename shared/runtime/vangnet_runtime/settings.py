"""Settings: environment variables `VANGNET_<NAME>`, each also as `VANGNET_<NAME>_FILE=path` (secrets belong there).

What is missing or wrong is told all at once, each with what it is and how to set it; values are never shown.
"""

import json
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import DirectoryPath, Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from vangnet_runtime.broker import Broker, Security

PREFIX = "VANGNET_"
CONFIGURATION_ERROR = 78
"""EX_CONFIG of sysexits.h."""

T = TypeVar("T", bound=BaseSettings)


class FromFiles(PydanticBaseSettingsSource):
    """Reads `VANGNET_<NAME>_FILE`: the file's text without surrounding white space."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The text, if the variable is set; an unreadable file counts as missing and is named by `load_settings`."""
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        return (_text(Path(path)) if path else None, field_name, False)

    def __call__(self) -> dict[str, Any]:
        """All fields that have a file."""
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """Base of all settings. Arguments of the constructor go before variables, variables before files."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The order above."""
        return (init_settings, env_settings, FromFiles(settings_cls))


class HostSettings(Settings):
    """What every long-running process has."""

    service: ClassVar[str]
    """Name of the service: also its schema, consumer group and prefix of sequence numbers."""

    profile: Literal["production", "local"] = Field("production", description="local opens exports of the join")
    host: str = Field("127.0.0.1", description="address that HTTP listens on")
    http_port: int = Field(8000, ge=0, le=65535, description="port of the API and pages")
    metrics_port: int = Field(9000, ge=0, le=65535, description="port of /metrics (Prometheus)")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="least level that is logged")
    instance: str = Field(
        default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}",
        pattern=r"^[A-Za-z0-9._-]{1,100}$",
        description="name of this replica; one that is set has to be its own and the same at each start",
    )

    @property
    def member(self) -> str | None:
        """The name under which the consumer group knows this replica again; None when the name is only of this process."""
        return self.instance if "instance" in self.model_fields_set else None


class KafkaSettings(Settings):
    """Of everything that reads or writes topics."""

    kafka: str = Field(
        description="Kafka to start from, as host:port[,host:port]", pattern=r"^[^:,\s]+:\d+(,[^:,\s]+:\d+)*$"
    )
    kafka_security: Security = Field("PLAINTEXT", description="how its listener is reached: PLAINTEXT, SASL_SSL or SSL")
    kafka_ca: FilePath | None = Field(
        None, description="PEM file of the authority that signed the broker's certificate"
    )
    kafka_user: str | None = Field(None, description="name for SASL_SSL (SCRAM-SHA-512)")
    kafka_password: SecretStr | None = Field(None, description="password for SASL_SSL")
    kafka_certificate: FilePath | None = Field(None, description="PEM file of this process's certificate, for SSL")
    kafka_key: FilePath | None = Field(None, description="PEM file of the key of that certificate, for SSL")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"SASL_SSL": ("kafka_user", "kafka_password"), "SSL": ("kafka_certificate", "kafka_key")}
        missing = [name for name in needed.get(self.kafka_security, ()) if getattr(self, name) is None]
        if missing:
            named = " and ".join(f"{PREFIX}{name.upper()}" for name in missing)
            raise ValueError(f"{PREFIX}KAFKA_SECURITY is {self.kafka_security}: set {named} too")
        return self

    @property
    def broker(self) -> Broker:
        """What every client of Kafka takes."""
        return Broker(
            bootstrap=self.kafka,
            security=self.kafka_security,
            ca=self.kafka_ca,
            user=self.kafka_user,
            password=self.kafka_password.get_secret_value() if self.kafka_password else None,
            certificate=self.kafka_certificate,
            key=self.kafka_key,
        )


class ServiceSettings(HostSettings, KafkaSettings):
    """Common to ingest, linker, indicators and notifier."""

    policy: DirectoryPath = Field(
        description="folder with the policy (deploy/policy/regio is the safe one to begin with)"
    )
    clock: Literal["wall", "event"] = Field("wall", description="event: only `vangnet clock` moves time")


class DatabaseSettings(Settings):
    """Of everything that has a schema in PostgreSQL."""

    database: SecretStr = Field(description="PostgreSQL, as postgresql://role:password@host:port/database")


class StatefulSettings(ServiceSettings, DatabaseSettings):
    """Common to linker, indicators and notifier."""

    parked_days: int = Field(
        14, ge=1, le=14, description="days that a parked message waits for an operator: no longer than in its topic"
    )
    dead_letter_days: int = Field(90, ge=1, le=3650, description="days that the coordinates of a dead letter are kept")


def load_settings(cls: type[T]) -> T:
    """The settings, or a complete message on stderr and exit code 78."""
    try:
        return cls()
    except ValidationError as refused:
        name = getattr(cls, "service", None)
        title = f"vangnet-{name}" if name else "vangnet"
        sys.stderr.write(f"{title} cannot start: {refused.error_count()} setting(s) missing or wrong.\n")
        sys.stderr.writelines(f"  {line}\n" for line in explain(cls, refused))
        sys.exit(CONFIGURATION_ERROR)


def explain(cls: type[BaseSettings], refused: ValidationError) -> list[str]:
    """One line for each setting that is missing or wrong; no values."""
    return [_explain_one(cls, error) for error in refused.errors(include_input=False, include_url=False)]


def adopt_local_platform(service: str, data_dir: Path | None) -> None:
    """For an operator's command on a machine where `vangnet up` runs: that platform's settings of the service, where no
    variable is set. Looks in `data_dir`, else VANGNET_DATA_DIR, else ./.vangnet; does nothing when no platform is there."""
    folder = data_dir or Path(os.environ.get("VANGNET_DATA_DIR") or ".vangnet")
    for name, value in _platform_environment(folder / "platform.json", service).items():
        os.environ.setdefault(name, value)


def _platform_environment(path: Path, service: str) -> Mapping[str, str]:
    try:
        environments: dict[str, dict[str, str]] = json.loads(path.read_text())["environments"]
        return environments[service]
    except (OSError, ValueError, KeyError):
        return {}


def _explain_one(cls: type[BaseSettings], error: ErrorDetails) -> str:
    if not error["loc"]:  # about several settings, which the text names
        return error["msg"].removeprefix("Value error, ")
    name = str(error["loc"][0])
    variable = f"{PREFIX}{name.upper()}"
    field = cls.model_fields.get(name)
    meaning = field.description if field and field.description else "see the documentation"
    file = os.environ.get(f"{variable}_FILE")
    if file and error["type"] == "missing":
        problem = f"{variable}_FILE names {file}, which cannot be read"
    elif error["type"] == "missing":
        problem = f"missing; set {variable}, or {variable}_FILE to a file that holds it"
    else:
        problem = error["msg"]
    return f"{variable} ({meaning}): {problem}"


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
