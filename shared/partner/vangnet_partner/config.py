"""partner.toml: everything that `vangnet-partner` must know. Paths in it are relative to the file.

name = "politie"                      # as in the region's policy; names the topics vangnet.in.<name>, vangnet.feedback.<name>
source = "urn:nld:oin:00000000000000000101:systeem:bvh"
region = "demo-flevoland"             # enters the seal: must equal the region's name in the policy
own_ids = false                       # true: own ids are published as they are (only where the policy allows it)
folder = "state"                      # local state: the key for ids and spool, the way back from event ids, the spool

[kafka]
bootstrap = "kafka.example.nl:9093"
security = "PLAINTEXT"                # or SASL_SSL (username, password_file, ca_file), SSL (ca_file, cert_file, key_file)

[http]                                # optional: only for --via http
url = "https://vangnet.example.nl"    # POST <url>/v1/meldingen
token_endpoint = "https://tokens.example.nl/token"
client_id = "politie"
key_id = "politie-client-1"           # optional: `kid` of the client assertion
key_file = "client-key.pem"           # RSA (PS256) or EC P-256 (ES256)

[[evaluators]]                        # exactly two, of two organisations
name = "a"
url = "https://evaluator-a.example.nl"

[[evaluators]]
name = "b"
url = "https://evaluator-b.example.nl"

[[epochs]]                            # one; two (old and new) during the overlap. The last one is the current
epoch = 1
public_key = "…"                      # pinned: K = K1 + K2, ristretto255, base64url

[seal]
key_id = "seal-1"
public_key = "…"                      # the linker's, X25519, base64url

[signing]
key_id = "politie-1"
key_file = "signing-key.pem"          # ECDSA P-256, PEM; made by `vangnet-partner keys`

[answers]                             # a rights desk: what the region holds about somebody is sealed for this key
key_id = "client-antwoord-1"
key_file = "answer-key"               # X25519, base64url; made by `vangnet-partner answer-key`

[limits]                              # all optional
spool_bytes = 67108864                # what may wait, encrypted, on this disk
cached_tokens = 200000                # tokens kept in memory, never on disk
chunk_lines = 1000                    # lines in one step, events in one HTTP request
evaluation_points = 1000              # blinded points in one request
answer_seconds = 120.0                # without any answer: the rest is spooled
retry_seconds = 20.0                  # how long something that is away is tried again before events are spooled
heartbeat_seconds = 3600.0            # `run`: how often a levensteken is sent
export_delay_seconds = 0.0            # `run`: how long after its registration a line may still come in
"""

import base64
import binascii
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from vangnet_contract.event import SOURCE_FORM


class ConfigProblem(NamedTuple):
    """One thing wrong with the configuration; `field` is a path such as `evaluators.0.url`."""

    file: str
    field: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field + ' ' if self.field else ''}{self.rule}"


class ConfigRefused(Exception):
    """The configuration cannot be used; `problems` says why, completely."""

    def __init__(self, problems: list[ConfigProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def _source(value: str) -> str:
    if not SOURCE_FORM.fullmatch(value):
        raise ValueError("must be urn:nld:oin:<20 digits>:systeem:<name>")
    return value


def _key32(value: str) -> str:
    try:
        size = len(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    except (binascii.Error, ValueError):
        size = 0
    if size != 32:
        raise ValueError("must be 32 bytes in base64url")
    return value


def _beside_the_file(value: Path, info: ValidationInfo) -> Path:
    base = (info.context or {}).get("base")
    return value if base is None else base / value


def _existing(value: Path, info: ValidationInfo) -> Path:
    path = _beside_the_file(value, info)
    if (info.context or {}).get("base") is not None and not path.is_file():
        raise ValueError(f"there is no file {path}")
    return path


HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")]
Key32 = Annotated[str, AfterValidator(_key32)]
ExistingFile = Annotated[Path, AfterValidator(_existing)]
Via = Literal["kafka", "http"]  # the two ways in
Folder = Annotated[Path, AfterValidator(_beside_the_file)]
KeyId = Annotated[str, Field(min_length=1, max_length=64)]


class ConfigModel(BaseModel):
    """A part of partner.toml. Unknown fields are refused: a misspelt setting must not silently not exist."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KafkaConfig(ConfigModel):
    """How the region's Kafka is reached."""

    bootstrap: str = Field(pattern=r"^[^\s:,]+:\d{1,5}(,[^\s:,]+:\d{1,5})*$")
    security: Literal["PLAINTEXT", "SASL_SSL", "SSL"] = "PLAINTEXT"
    username: str | None = None
    password_file: ExistingFile | None = None
    ca_file: ExistingFile | None = None
    cert_file: ExistingFile | None = None
    key_file: ExistingFile | None = None

    @model_validator(mode="after")
    def _complete(self) -> "KafkaConfig":
        needed = {"SASL_SSL": ("username", "password_file"), "SSL": ("cert_file", "key_file")}.get(self.security, ())
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f"security = {self.security} needs {', '.join(missing)}")
        return self


class HttpConfig(ConfigModel):
    """How the region's HTTP door is reached; the client authenticates by private_key_jwt (RFC 7523)."""

    url: HttpUrl
    token_endpoint: HttpUrl
    client_id: str = Field(min_length=1)
    key_id: KeyId | None = None
    key_file: ExistingFile


class EvaluatorConfig(ConfigModel):
    """One of the two evaluators."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    url: HttpUrl


class EpochConfig(ConfigModel):
    """A pseudonym epoch with the pinned sum of the evaluators' public keys."""

    epoch: int = Field(ge=1, le=65535)
    public_key: Key32


class SealConfig(ConfigModel):
    """The linker's public key."""

    key_id: KeyId
    public_key: Key32


class SigningConfig(ConfigModel):
    """The partner's own signing key; the public half stands in the policy."""

    key_id: KeyId
    key_file: ExistingFile


class AnswersConfig(ConfigModel):
    """The private half of the partner's answer key; the public half stands in the policy."""

    key_id: KeyId
    key_file: ExistingFile


class Limits(ConfigModel):
    """Bounds and times."""

    spool_bytes: int = Field(64 * 1024 * 1024, ge=1024)
    cached_tokens: int = Field(200_000, ge=0)
    chunk_lines: int = Field(1_000, ge=1, le=1_000)
    evaluation_points: int = Field(1_000, ge=16, le=1_000)
    answer_seconds: float = Field(120.0, gt=0)
    retry_seconds: float = Field(20.0, ge=0)
    heartbeat_seconds: float = Field(3600.0, gt=0)
    export_delay_seconds: float = Field(0.0, ge=0)


class PartnerConfig(ConfigModel):
    """All of partner.toml (this module's docstring shows one)."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    source: Annotated[str, AfterValidator(_source)]
    region: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    own_ids: bool = False
    folder: Folder = Field(Path("state"), validate_default=True)
    kafka: KafkaConfig
    http: HttpConfig | None = None
    evaluators: list[EvaluatorConfig] = Field(min_length=2, max_length=2)
    epochs: list[EpochConfig] = Field(min_length=1, max_length=2)
    seal: SealConfig
    signing: SigningConfig
    answers: AnswersConfig | None = None
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _distinct(self) -> "PartnerConfig":
        if self.evaluators[0].name == self.evaluators[1].name or self.evaluators[0].url == self.evaluators[1].url:
            raise ValueError("evaluators must be two different ones")
        numbers = [epoch.epoch for epoch in self.epochs]
        if numbers != sorted(set(numbers)):
            raise ValueError("epochs must be different and rise: the last one is the current")
        return self

    def to_toml(self) -> str:
        """As the text of a partner.toml; what has its default is left out."""
        values = self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        return "\n".join(_table("", values)) + "\n"


def load_config(path: Path | str) -> PartnerConfig:
    """Reads a partner.toml. Raises ConfigRefused."""
    path = Path(path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigRefused([ConfigProblem(str(path), "", f"cannot be read: {_why(error)}")]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigRefused([ConfigProblem(str(path), "", f"is not TOML: {error}")]) from None
    try:
        return PartnerConfig.model_validate(values, context={"base": path.absolute().parent})
    except ValidationError as refused:
        raise ConfigRefused([_problem(str(path), error["loc"], error["msg"]) for error in refused.errors()]) from None


def _problem(file: str, location: tuple[int | str, ...], rule: str) -> ConfigProblem:
    return ConfigProblem(file, ".".join(map(str, location)), rule.removeprefix("Value error, "))


def _why(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "is not UTF-8"


def _table(name: str, values: dict[str, Any]) -> Iterator[str]:
    plain = {key: value for key, value in values.items() if not _is_table(value)}
    if name and (plain or not values):
        yield f"\n[{name}]"
    yield from (f"{key} = {_scalar(value)}" for key, value in plain.items())
    for key, value in values.items():
        path = f"{name}.{key}" if name else key
        if isinstance(value, dict):
            yield from _table(path, value)
        elif _is_table(value):
            for row in value:
                yield f"\n[[{path}]]"
                yield from (f"{column} = {_scalar(cell)}" for column, cell in row.items())


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
