"""A system that hears by webhook and behaves badly, really listening."""

import base64
import hashlib
import hmac
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from vangnet_local.ports import LOOPBACK


class Heard(msgspec.Struct, frozen=True):
    """One request, as it came; the names of `headers` in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    def signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is that of this secret: the standard once more, apart from the product's code."""
        text = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        mac = hmac.new(base64.b64decode(secret.split("_", 1)[1]), text, hashlib.sha256).digest()
        return f"v1,{base64.b64encode(mac).decode()}" in self.headers["webhook-signature"].split(" ")


class Hook:
    """Answers with `answers` in turn, then 200: a status with headers, as "429 Retry-After: 120"; "hang" answers nothing until
    `released`; "drop" breaks off in the middle of an answer."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.heard: list[Heard] = []
        self.reached = threading.Event()
        self.released = threading.Event()

    def take(self, request: Heard) -> str:
        """What to do with it."""
        self.heard.append(request)
        self.reached.set()
        return self._answers.pop(0) if self._answers else "200"


@contextmanager
def hearing(hook: Hook, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that does so; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer, _, header = hook.take(Heard(self.path, headers, body)).partition(" ")
            if answer == "hang":
                hook.released.wait()
                return
            self.send_response(200 if answer == "drop" else int(answer))
            if header:
                self.send_header(*header.split(": "))
            self.send_header("Content-Length", "100" if answer == "drop" else "0")
            self.end_headers()
            if answer == "drop":
                self.wfile.write(b"half")
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer((LOOPBACK, port), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            hook.released.set()
            server.shutdown()
            thread.join()


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server of that name with a certificate of its own, and a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "server.pem").write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
