"""Settings: complete messages, files for secrets, no values shown."""

from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field, SecretStr
from vangnet_runtime.settings import StatefulSettings, adopt_local_platform, load_settings


class ExampleSettings(StatefulSettings):
    service: ClassVar[str] = "example"
    pepper: SecretStr = Field(description="32 bytes in hex", min_length=64)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAFKA", "DATABASE", "POLICY", "PEPPER", "PEPPER_FILE", "DATABASE_FILE", "HTTP_PORT", "DATA_DIR"):
        monkeypatch.delenv(f"VANGNET_{name}", raising=False)


def test_everything_missing_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        load_settings(ExampleSettings)
    assert stopped.value.code == 78
    text = capsys.readouterr().err
    assert "vangnet-example cannot start: 4 setting(s)" in text
    for name in ("VANGNET_KAFKA", "VANGNET_DATABASE", "VANGNET_POLICY", "VANGNET_PEPPER"):
        assert f"{name} (" in text
        assert f"or {name}_FILE" in text


def test_a_wrong_value_is_named_and_never_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    complete(monkeypatch, tmp_path)
    monkeypatch.setenv("VANGNET_PEPPER", "c0ffee")
    monkeypatch.setenv("VANGNET_KAFKA", "nowhere")
    monkeypatch.setenv("VANGNET_HTTP_PORT", "http")
    with pytest.raises(SystemExit):
        load_settings(ExampleSettings)
    text = capsys.readouterr().err
    assert "VANGNET_PEPPER (32 bytes in hex)" in text
    assert "VANGNET_KAFKA" in text
    assert "VANGNET_HTTP_PORT" in text
    assert "c0ffee" not in text


def test_a_secret_comes_from_a_file_and_is_not_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    complete(monkeypatch, tmp_path)
    (tmp_path / "pepper").write_text("ab" * 32 + "\n")
    monkeypatch.setenv("VANGNET_PEPPER_FILE", str(tmp_path / "pepper"))
    settings = load_settings(ExampleSettings)
    assert settings.pepper.get_secret_value() == "ab" * 32
    assert "abab" not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_a_file_that_cannot_be_read_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    complete(monkeypatch, tmp_path)
    monkeypatch.setenv("VANGNET_PEPPER_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SystemExit):
        load_settings(ExampleSettings)
    assert f"VANGNET_PEPPER_FILE names {tmp_path / 'nothing'}, which cannot be read" in capsys.readouterr().err


def test_an_operators_command_finds_the_settings_of_a_local_platform(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    complete(monkeypatch, tmp_path)
    monkeypatch.setenv("VANGNET_HTTP_PORT", "1")
    monkeypatch.delenv("VANGNET_KAFKA")
    monkeypatch.setenv("VANGNET_PEPPER", "ab" * 32)
    environments = '{"environments": {"example": {"VANGNET_KAFKA": "127.0.0.1:1", "VANGNET_HTTP_PORT": "2"}}}'
    (tmp_path / "platform.json").write_text(environments)
    adopt_local_platform("example", tmp_path)
    settings = load_settings(ExampleSettings)
    assert (settings.kafka, settings.http_port) == ("127.0.0.1:1", 1), "what is set in the shell goes first"
    monkeypatch.delenv("VANGNET_KAFKA")


def complete(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """All but the pepper."""
    monkeypatch.setenv("VANGNET_KAFKA", "127.0.0.1:9092")
    monkeypatch.setenv("VANGNET_DATABASE", "postgresql://x:hunter2@127.0.0.1:5432/vangnet")
    monkeypatch.setenv("VANGNET_POLICY", str(folder))
