"""Where Kafka is, and how a process shows who it is: what every client of it takes."""

import ssl
from pathlib import Path
from typing import Any, Literal, NamedTuple

Security = Literal["PLAINTEXT", "SASL_SSL", "SSL"]
MECHANISM = "SCRAM-SHA-512"


class Broker(NamedTuple):
    """`bootstrap`: host:port[,host:port]. SASL_SSL: TLS, name and password (SCRAM-SHA-512); SSL: TLS with a certificate of one's own.

    `ca`: the certificates to believe; None = those of this machine.
    """

    bootstrap: str
    security: Security = "PLAINTEXT"
    ca: Path | None = None
    user: str | None = None
    password: str | None = None
    certificate: Path | None = None
    key: Path | None = None

    def options(self) -> dict[str, Any]:
        """Arguments for a client of aiokafka and for one of kafka-python: they have the same names. Raises OSError for a file that
        is no certificate or key."""
        values: dict[str, Any] = {"bootstrap_servers": self.bootstrap}
        if self.security == "PLAINTEXT":
            return values
        values |= {"security_protocol": self.security, "ssl_context": self._context()}
        if self.security == "SASL_SSL":
            values |= {
                "sasl_mechanism": MECHANISM,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return values

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca)
        if self.security == "SSL" and self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context
