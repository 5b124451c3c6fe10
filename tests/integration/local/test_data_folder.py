"""The data folder: keys, settings, the lock, and that nothing of it is lost by a second start."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from vangnet_contract.policy import load_policy
from vangnet_local.endpoints import SERVICES, Ports, State, endpoints
from vangnet_local.layout import Layout
from vangnet_local.lock import Lock, Owned
from vangnet_local.partners import write_partner_settings
from vangnet_local.prepare import DEFAULT_POLICY, copy_policy
from vangnet_local.programs import service_environment
from vangnet_local.secrets import database_passwords, make_secrets, write_keys
from vangnet_partner.config import load_config

PARTNERS = ["politie", "ggz", "ambulance", "gemeente", "wonen", "client"]
EPOCH_KEY = "A" * 43


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(tmp_path_factory.mktemp("data"))
    copy_policy(DEFAULT_POLICY, layout)
    make_secrets(layout, PARTNERS)
    write_keys(layout, PARTNERS, EPOCH_KEY)
    return layout


def test_every_secret_is_readable_by_its_owner_alone(layout: Layout) -> None:
    files = list(layout.secrets.iterdir()) + list(layout.root.glob("partners/*/*.pem"))
    assert len(files) == 13 + 12
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(layout.secrets.stat().st_mode) == 0o700


def test_all_secrets_differ_and_a_second_start_keeps_them(layout: Layout) -> None:
    def everything() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in layout.root.rglob("*") if path.is_file()}

    before = everything()
    secrets = [content for path, content in before.items() if path.parent == layout.secrets]
    assert len(set(secrets)) == len(secrets) and len(set(database_passwords(layout).values())) == 7
    make_secrets(layout, PARTNERS)
    write_keys(layout, PARTNERS, EPOCH_KEY)
    assert everything() == before


def test_the_policy_knows_every_public_key_for_a_century(layout: Layout) -> None:
    policy = load_policy(layout.policy)
    assert list(policy.keys.partners) == PARTNERS
    for name, [key] in policy.keys.partners.items():
        assert policy.partner_key(key.key_id) == (name, key)
        assert key.valid_from.year == 2000 and key.valid_to.year == 2100
    [seal] = policy.keys.seal
    assert list(json.loads((layout.secrets / "seal-keys.json").read_text())) == [seal.key_id]
    assert "PRIVATE" not in yaml.safe_dump(yaml.safe_load((layout.policy / "keys.yaml").read_text()))


def test_partner_settings_fit_the_partner_library(layout: Layout) -> None:
    state = State(Ports.chosen(), "event", str(DEFAULT_POLICY))
    policy = load_policy(layout.policy)
    write_partner_settings(layout, state, policy)
    for name in PARTNERS:
        settings = load_config(layout.partner(name) / "partner.toml")
        assert settings.name == name and settings.region == policy.region.name and settings.own_ids
        assert settings.http is not None and settings.http.key_file.exists()
        assert load_pem_private_key(settings.signing.key_file.read_bytes(), None)
        assert {evaluator.url for evaluator in settings.evaluators} == {
            state.ports.url("evaluator-a"),
            state.ports.url("evaluator-b"),
        }


def test_platform_json_holds_nothing_secret_and_is_read_back(layout: Layout) -> None:
    state = State(Ports.chosen(), "event", str(DEFAULT_POLICY))
    state.write(layout, {name: service_environment(name, state, layout) for name in SERVICES})
    assert State.read(layout) == state
    environment = json.loads(layout.state.read_text())["environments"]["linker"]
    assert environment["VANGNET_PEPPER_FILE"] == str(layout.secrets / "pepper")
    told = layout.state.read_text() + json.dumps(endpoints(state, layout))
    for path in layout.secrets.iterdir():
        assert path.read_text().strip() not in told
    assert State.read(Layout(layout.root / "elsewhere")) is None


def test_ports_are_kept_while_they_are_free() -> None:
    first = Ports.chosen()
    assert Ports.chosen(first) == first
    assert len(set(vars(first).values())) == len(vars(first))


def test_a_folder_has_one_owner_who_may_die(tmp_path: Path) -> None:
    code = "import sys, time; from pathlib import Path; from vangnet_local.lock import Lock; lock = Lock(Path(sys.argv[1])); lock.take(); print('mine', flush=True); time.sleep(60)"
    owner = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert owner.stdout is not None and owner.stdout.readline() == b"mine\n"
    lock = Lock(tmp_path)
    assert lock.owner() == owner.pid
    with pytest.raises(Owned, match=f"process {owner.pid}"):
        lock.take()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert lock.owner() is None
    lock.take()
    assert Lock(tmp_path).owner() == os.getpid()
    lock.release()
    assert Lock(tmp_path).owner() is None


def test_an_owner_is_asked_to_end(tmp_path: Path) -> None:
    code = "import sys, time; from pathlib import Path; from vangnet_local.lock import Lock; lock = Lock(Path(sys.argv[1])); lock.take(); print('mine', flush=True); time.sleep(60)"
    owner = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert owner.stdout is not None and owner.stdout.readline() == b"mine\n"
    assert Lock(tmp_path).end_owner(60)
    assert owner.wait() == -signal.SIGTERM
    assert Lock(tmp_path / "nobody").end_owner(1)
