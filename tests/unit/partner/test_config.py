"""partner.toml: written and read back; everything wrong with it named together."""

from pathlib import Path
from typing import Any

import pytest
from vangnet_partner.config import ConfigRefused, PartnerConfig, load_config

KEY = "A" * 43
VALUES: dict[str, Any] = {
    "name": "politie",
    "source": "urn:nld:oin:00000000000000000101:systeem:bvh",
    "region": "demo-flevoland",
    "own_ids": True,
    "kafka": {"bootstrap": "127.0.0.1:9092"},
    "http": {
        "url": "https://vangnet.example",
        "token_endpoint": "https://tokens.example/token",
        "client_id": "politie",
        "key_file": "client.pem",
    },
    "evaluators": [{"name": "a", "url": "https://a.example"}, {"name": "b", "url": "https://b.example"}],
    "epochs": [{"epoch": 1, "public_key": KEY}],
    "seal": {"key_id": "seal-1", "public_key": KEY},
    "signing": {"key_id": "politie-1", "key_file": "signing.pem"},
    "limits": {"spool_bytes": 5000, "answer_seconds": 2.5},
}


def written(folder: Path, **changes: Any) -> Path:
    for name in ("client.pem", "signing.pem"):
        (folder / name).write_text("")
    path = folder / "partner.toml"
    path.write_text(PartnerConfig.model_validate(VALUES | changes).to_toml())
    return path


def test_what_is_written_is_read_with_paths_beside_the_file(tmp_path: Path) -> None:
    config = load_config(written(tmp_path))
    assert config.signing.key_file == tmp_path / "signing.pem"
    assert config.folder == tmp_path / "state"
    assert config.limits.spool_bytes == 5000
    assert config.model_dump(include={"name", "evaluators"}) == {name: VALUES[name] for name in ("name", "evaluators")}


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    path = written(tmp_path)
    text = (
        path.read_text()
        .replace('"politie"', '"P"', 1)
        .replace("systeem", "system")
        .replace("spool_bytes", "spoolbytes")
    )
    path.write_text(text)
    (tmp_path / "signing.pem").unlink()
    with pytest.raises(ConfigRefused) as refused:
        load_config(path)
    assert {problem.field for problem in refused.value.problems} == {
        "name",
        "source",
        "limits.spoolbytes",
        "signing.key_file",
    }


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"evaluators": [VALUES["evaluators"][0]] * 2}, "two different"),
        ({"epochs": [{"epoch": 2, "public_key": KEY}, {"epoch": 1, "public_key": KEY}]}, "rise"),
        ({"seal": {"key_id": "s", "public_key": "AAAA"}}, "32 bytes"),
        ({"kafka": {"bootstrap": "x:1", "security": "SASL_SSL"}}, "username"),
    ],
)
def test_what_does_not_go_together_is_refused(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        PartnerConfig.model_validate(VALUES | changes)


@pytest.mark.parametrize("text", [None, "name = ", b"\xff"])
def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path, text: str | bytes | None) -> None:
    path = tmp_path / "partner.toml"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigRefused, match=r"partner\.toml"):
        load_config(path)
