"""The SMTP server."""

from email.message import EmailMessage

import aiosmtplib
import msgspec

from vangnet_notifier.postman import Receipt

COMMAND_TIMEOUT = 10.0  # seconds that the server may take for one reply
PERMANENT = 500  # replies from here on: the same mail will be refused again


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where mails go. STARTTLS is used when the server offers it. `bounces` = who hears of a mail that comes back; None: the
    sender."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    bounces: str | None = None


class SmtpMailer:
    """Implements postman.Mailer: one connection for each mail."""

    def __init__(self, server: Server, command_timeout: float = COMMAND_TIMEOUT) -> None:
        self._server = server
        self._timeout = command_timeout

    async def send(self, mail: EmailMessage) -> Receipt:
        """Connects, hands over, disconnects."""
        try:
            await aiosmtplib.send(
                mail,
                sender=self._server.bounces,
                hostname=self._server.host,
                port=self._server.port,
                username=self._server.user,
                password=self._server.password,
                timeout=self._timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return _refused(refused.recipients[0].code)
        except aiosmtplib.SMTPDataError as refused:
            return _refused(refused.code)
        # At the greeting, STARTTLS, login or sender: about the server or our account, not about this mail. An operator mends that.
        except aiosmtplib.SMTPResponseException as refused:
            return Receipt(result="refused", code=refused.code)
        except TimeoutError:
            return Receipt(result="timeout")
        except (aiosmtplib.SMTPException, OSError):
            return Receipt(result="unreachable")
        return Receipt(result="accepted", code=250)


def _refused(code: int) -> Receipt:
    """What was said of the recipient or the mail itself."""
    return Receipt(result="refused", code=code, permanent=code >= PERMANENT)
