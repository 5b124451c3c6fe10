"""Everything secret that a platform on one machine needs, made when it is missing and kept after that.

In a region each organisation makes its own: partners their signing keys, evaluators their shares, the meldpunt the rest.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from vangnet_contract.policy import Keys
from vangnet_pseudonym import keys

from vangnet_local.layout import Layout
from vangnet_local.postgres import ROLES, SERVICES, SUPERUSER

VALID = {"validFrom": "2000-01-01T00:00:00Z", "validTo": "2100-01-01T00:00:00Z"}
"""Demo keys: an event clock may stand anywhere in between."""
RSA_BITS = 2048
BOUND_TO_DATA = ("pepper", "pseudonym-key", "seal-keys.json", *(f"{role}-password" for role in (SUPERUSER, *SERVICES)))
"""What the database was made with: new ones do not open or find what is there. (Owners' passwords are set anew at each start.)"""
SEAL_KEY_ID = "zegel-1"
EPOCH = 1


def make_secrets(layout: Layout, partners: Iterable[str]) -> None:
    """Idempotent: what is there stays."""
    for folder in (layout.secrets, layout.clients):
        folder.mkdir(parents=True, exist_ok=True)
    layout.secrets.chmod(0o700)
    for name in ("pepper", "pseudonym-key", "session-key"):
        keep(layout.secrets / name, lambda: secrets.token_hex(32))
    for name in ("oidc-client-secret", *(f"{role}-password" for role in ROLES)):
        keep(layout.secrets / name, lambda: secrets.token_urlsafe(24))
    keep(layout.secrets / "token-issuer.pem", new_client_key)
    keep(layout.secrets / "seal-keys.json", lambda: json.dumps({SEAL_KEY_ID: keys.to_text(keys.new_seal_key())}))
    for partner in partners:
        _make_partner_keys(layout, partner)


def database_passwords(layout: Layout) -> dict[str, str]:
    """One for each role."""
    return {role: read_secret(layout.secrets / f"{role}-password") for role in ROLES}


def write_keys(layout: Layout, partners: Iterable[str], epoch_public_key: str) -> Keys:
    """Writes `policy/keys.yaml`: every public key of the region."""
    seal = json.loads(read_secret(layout.secrets / "seal-keys.json"))
    public = {
        "partners": {partner: [partner_key(layout, partner)] for partner in partners},
        "answers": {partner: [answer_key(layout, partner)] for partner in partners},
        "seal": [{"keyId": name, "publicKey": _seal_public(key), **VALID} for name, key in seal.items()],
        "epochs": [{"epoch": EPOCH, "publicKey": epoch_public_key}],
    }
    text = yaml.safe_dump(public, sort_keys=False, allow_unicode=True)
    (layout.policy / "keys.yaml").write_text("# Made by `vangnet up` for this data folder.\n" + text)
    return Keys.model_validate(public)


def partner_key(layout: Layout, partner: str) -> dict[str, str]:
    """A partner's public signing key as policy and evaluators name it."""
    private = keys.load_signing_key((layout.partner(partner) / "signing-key.pem").read_bytes())
    return {"keyId": f"{partner}-1", "publicKey": keys.verifying_key_text(private), **VALID}


def answer_key(layout: Layout, partner: str) -> dict[str, str]:
    """The public half of what a partner's answers are sealed for."""
    private = read_secret(layout.partner(partner) / "answer-key")
    return {"keyId": answer_key_id(partner), "publicKey": _seal_public(private), **VALID}


def answer_key_id(partner: str) -> str:
    """Of the one key of each partner."""
    return f"{partner}-antwoord-1"


def keep(path: Path, make: Callable[[], str]) -> None:
    """Writes what `make` gives, readable by the owner alone, unless the file is there. In one step."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text(make().rstrip("\n") + "\n")
    fresh.replace(path)


def overwrite(path: Path, content: str) -> None:
    """As `keep`, but the content is new at each start (addresses)."""
    path.unlink(missing_ok=True)
    keep(path, lambda: content)


def read_secret(path: Path) -> str:
    """Without the newline at its end."""
    return path.read_text().rstrip("\n")


def new_client_key() -> str:
    """RSA, PKCS#8 PEM, not encrypted: for client assertions and access tokens (PS256)."""
    return _private_pem(generate_private_key(65537, RSA_BITS))


def _make_partner_keys(layout: Layout, partner: str) -> None:
    folder, public = layout.partner(partner), layout.clients / f"{partner}.pem"
    keep(folder / "signing-key.pem", lambda: keys.signing_key_pem(keys.new_signing_key()).decode())
    keep(folder / "answer-key", lambda: keys.to_text(keys.new_seal_key()))
    if not public.exists():  # written last: with it, both halves are there
        key = generate_private_key(65537, RSA_BITS)
        overwrite(folder / "client-key.pem", _private_pem(key))
        public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _private_pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _seal_public(private: str) -> str:
    return keys.to_text(keys.seal_public_key(keys.from_text(private)))
