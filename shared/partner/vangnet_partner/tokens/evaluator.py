"""One evaluator over HTTP: POST /v1/evaluaties, the request signed with the partner's key."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from vangnet_pseudonym import evaluation, keys
from vangnet_pseudonym.split import Answer

from vangnet_partner.patience import Patience, TryAgain, asked_pause

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_decode = msgspec.json.Decoder(evaluation.EvaluationAnswer).decode


class Mistrusted(Exception):
    """What an evaluator gave cannot have been made with the key that was agreed. Nothing goes out that rests on it."""


class EvaluatorRefused(Exception):
    """It answered, and will not evaluate this: `status` is that of HTTP."""

    def __init__(self, name: str, status: int, why: str) -> None:
        super().__init__(f"evaluator {name} refused the request ({status}{': ' + why if why else ''})")
        self.status = status


class Evaluator:
    """`now` for the timestamp of the signature. Tries again while `patience` lasts, no sooner than Retry-After asks."""

    def __init__(
        self,
        *,
        name: str,
        url: str,
        partner: str,
        signing: tuple[str, EllipticCurvePrivateKey],
        patience: Patience,
        now: Callable[[], datetime],
    ) -> None:
        self.name = name
        self._url = url.rstrip("/") + evaluation.PATH
        self._partner = partner
        self._key_id, self._key = signing
        self._patience = patience
        self._now = now
        self._client: httpx.AsyncClient | None = None

    async def evaluate(self, epoch: int, points: Sequence[bytes], share_id: str | None) -> Answer:
        """Raises Away, EvaluatorRefused, Mistrusted."""
        request = evaluation.EvaluationRequest(
            partner=self._partner, epoch=epoch, points=[keys.to_text(point) for point in points], share_id=share_id
        )
        body = msgspec.json.encode(request)
        answer = await self._patience.until(f"evaluator {self.name}", lambda: self._post(body))
        return self._read(answer, epoch)

    async def close(self) -> None:
        """Its connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _post(self, body: bytes) -> httpx.Response:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT)
        signed = evaluation.sign_request(
            body, self._key, self._key_id, evaluator=self.name, now=self._now(), nonce=secrets.token_urlsafe(18)
        )
        try:
            answer = await self._client.post(
                self._url, content=body, headers={**signed, "Content-Type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise TryAgain(type(error).__name__) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            why = "its quota is used up" if answer.status_code == 429 else f"status {answer.status_code}"
            raise TryAgain(why, asked_pause(answer.headers.get("Retry-After")))
        if not answer.is_success:
            raise EvaluatorRefused(self.name, answer.status_code, _title(answer))
        return answer

    def _read(self, answer: httpx.Response, epoch: int) -> Answer:
        try:
            values = _decode(answer.content)
            if values.epoch != epoch:
                raise ValueError("of another epoch")
            points = [keys.from_text(point) for point in values.points]
            return Answer(values.share_id, keys.from_text(values.public_key), points, keys.from_text(values.proof))
        except (msgspec.MsgspecError, ValueError):
            raise Mistrusted(f"evaluator {self.name} gave what is not an answer of the protocol") from None


def _title(answer: httpx.Response) -> str:
    """What problem+json says; never more than a line."""
    try:
        values = answer.json()
        return str(values.get("detail") or values.get("title") or "")[:200]
    except (ValueError, AttributeError):
        return ""
