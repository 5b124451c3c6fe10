"""An authority of one's own: certificates for the broker and for those who reach it by certificate. P-256, PEM.

A folder holds `ca.pem` (public: everybody who connects gets it), `ca-key.pem` (stays with the operator) and for each name `NAME.pem` and
`NAME-key.pem`. `NAME-store.pem` is both in one file, as Kafka reads a PEM key store.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vangnet_local.failures import Expected
from vangnet_local.secrets import overwrite

CA = "ca"
CA_DAYS = 3650
DAYS = 365
RENEW_BEFORE = 30
"""Days before its end in which a certificate is made anew."""
SLACK = timedelta(hours=1)
"""A clock that runs behind may see a certificate before it began."""


class NoAuthority(Expected):
    """The folder holds no authority, or one that cannot be used; the text says which file."""


class Certificate(NamedTuple):
    """What a file says."""

    name: str
    valid_to: datetime


def make_authority(folder: Path, days: int = CA_DAYS) -> None:
    """A new one, unless there is one. Making another means: everybody gets its `ca.pem` beside the old one first."""
    if (folder / f"{CA}-key.pem").exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Vangnet certificate authority")
    now = datetime.now(UTC)
    certificate = (
        _builder(name, name, key.public_key(), now - SLACK, now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, SHA256())
    )
    _write(folder, CA, key, certificate)


def issue(folder: Path, name: str, hosts: Sequence[str] = (), days: int = DAYS) -> None:
    """A certificate for `name`, anew: as a server of these hosts, and as a client. Raises NoAuthority."""
    authority, signer = _authority(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if hosts else [])]
    builder = (
        _builder(_name(name), authority.subject, key.public_key(), now - SLACK, now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_host, hosts))), critical=False)
    _write(folder, name, key, builder.sign(signer, SHA256()))


def ensure(folder: Path, name: str, hosts: Sequence[str] = ()) -> None:
    """Issues it when it is not there, or ends within RENEW_BEFORE days."""
    held = {one.name: one.valid_to for one in certificates(folder)}
    if name not in held or held[name] < datetime.now(UTC) + timedelta(days=RENEW_BEFORE):
        issue(folder, name, hosts)


def certificates(folder: Path) -> list[Certificate]:
    """Those of the folder, in order of their end."""
    files = (path for path in folder.glob("*.pem") if not path.name.endswith(("-key.pem", "-store.pem")))
    found = [
        Certificate(path.stem, x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc) for path in files
    ]
    return sorted(found, key=lambda one: (one.valid_to, one.name))


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    try:
        certificate = x509.load_pem_x509_certificate((folder / f"{CA}.pem").read_bytes())
        key = load_pem_private_key((folder / f"{CA}-key.pem").read_bytes(), None)
    except (OSError, ValueError, TypeError) as fault:
        raise NoAuthority(
            f"{folder} holds no authority that can be used ({type(fault).__name__}): `vangnet-pki new {folder}`"
        ) from None
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return certificate, key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(since, until - SLACK))
        .not_valid_after(until)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(folder: Path, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = certificate.public_bytes(Encoding.PEM).decode()
    overwrite(folder / f"{name}-key.pem", private)
    overwrite(folder / f"{name}-store.pem", private + public)
    (folder / f"{name}.pem").write_text(public)
