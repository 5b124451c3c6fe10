"""What attackers do: each takes what it can have, and gives what it found out."""

import base64
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import msgspec
import rbcl
from vangnet_linker.domain.profile import space
from vangnet_linker.evaluator.evaluations import Declined, Evaluations
from vangnet_linker.evaluator.settings import Pinned, Quotas
from vangnet_linker.evaluator.store import Store
from vangnet_partner.compute import blinded, finished
from vangnet_pseudonym import evaluation, keys, split, voprf
from vangnet_pseudonym.shares import Share

from tests.attacks import region

ONE = (1).to_bytes(32, "little")


def scalar(raw: bytes) -> bytes:
    """32 bytes of whatever an attacker holds, used as a key."""
    return bytes(rbcl.crypto_core_ristretto255_scalar_reduce(raw.ljust(64, b"\0")))


def total(a: bytes, b: bytes) -> bytes:
    """a + b of scalars."""
    return bytes(rbcl.crypto_core_ristretto255_scalar_add(a, b))


def input_of(number: str) -> bytes:
    """The token input of a citizen number (scheme v2)."""
    return f"v2|bsn|{number}".encode()


def dictionary(
    token: bytes, elements: Callable[[bytes], Iterable[bytes]], numbers: Sequence[str] = region.NUMBERS
) -> list[str]:
    """The numbers whose token this is. `elements`: every N that the attacker can make of H(x)."""
    texts = {number: input_of(number) for number in numbers}
    return [
        number
        for number, text in texts.items()
        if any(split.token(text, element) == token for element in elements(voprf.hash_to_group(text)))
    ]


def with_key(key: bytes) -> Callable[[bytes], Iterable[bytes]]:
    """Knowing the whole key there is one."""
    return lambda hashed: [voprf.multiply(key, hashed)]


def with_parts(scalars: Iterable[bytes], points: Iterable[bytes]) -> Callable[[bytes], Iterable[bytes]]:
    """Without it: every scalar held, every sum of two, each with every public point added."""
    held = [ONE, *scalars]
    held += [total(a, b) for a, b in combinations(held, 2)]
    public = list(points)

    def elements(hashed: bytes) -> Iterable[bytes]:
        for key in held:
            element = voprf.multiply(key, hashed)
            yield element
            yield from (voprf.add(element, point) for point in public)

    return elements


def in_common(blobs: Sequence[bytes], length: int = 6) -> bool:
    """Whether any two have a run of bytes in common, wherever it stands. By chance: 1 in 2⁴⁸ for each pair of places."""
    runs = [{blob[at : at + length] for at in range(len(blob) - length + 1)} for blob in blobs]
    return any(a & b for a, b in combinations(runs, 2))


def written(secret: bytes) -> list[bytes]:
    """How bytes may stand in a dump without hyphens."""
    forms = (secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"="), keys.to_text(secret).encode())
    return [form.replace(b"-", b"") for form in forms]


def sha256_of_16(value: bytes) -> bytes:
    """What a register without a pepper might keep."""
    return sha256(value).digest()[:16]


def recognised(tokens: Mapping[str, bytes], guess: Callable[[bytes], bytes], dump: bytes) -> list[str]:
    """The numbers whose BSN token of epoch 1 stands in a dump, kept in the guessed way."""
    head = bytes([1]) + space("v2", 1).to_bytes(2)
    return [number for number, token in tokens.items() if guess(head + token).hex().encode() in dump]


class Organisation:
    """An evaluator as an organisation runs it: the product's one use case, with quota and log on a file."""

    def __init__(self, name: str, half: Share, file: Path, quota: Quotas, partners: Iterable[str]) -> None:
        self._log = sqlite3.connect(file)
        pinned = Pinned(partners={name: region.POLICY.keys.partners[name] for name in partners}, quotas=quota)
        self.name = name
        self._evaluations = Evaluations(name, [half], pinned, Store(file))

    def asked(self, body: bytes, headers: Mapping[str, str], now: datetime) -> split.Answer | None:
        """None when the quota is used up."""
        outcome = self._evaluations.answer(body, headers, now)
        if not isinstance(outcome, evaluation.EvaluationAnswer):
            assert isinstance(outcome, Declined) and outcome.reason.endswith("-quota"), outcome
            return None
        points, proof = [keys.from_text(point) for point in outcome.points], keys.from_text(outcome.proof)
        return split.Answer(outcome.share_id, keys.from_text(outcome.public_key), points, proof)

    def log(self) -> list[tuple[str, int, str]]:
        """Its own log: partner, points, outcome."""
        return self._log.execute("SELECT partner, points, outcome FROM request_log ORDER BY id").fetchall()


class Insider:
    """A partner that asks for tokens of people that it has nothing to do with."""

    def __init__(self, name: str, organisations: Sequence[Organisation]) -> None:
        self._name, self._organisations = name, organisations

    def tokens(self, numbers: Sequence[str], now: datetime) -> list[bytes] | None:
        """Of these numbers; None when somebody refuses."""
        request = blinded([input_of(number) for number in numbers], len(numbers))
        body = msgspec.json.encode(
            evaluation.EvaluationRequest(partner=self._name, epoch=1, points=[keys.to_text(p) for p in request.points])
        )
        key, nonce = region.SIGNING[self._name], secrets.token_hex(8)

        def asked(organisation: Organisation) -> split.Answer | None:
            headers = evaluation.sign_request(
                body, key, f"{self._name}-1", evaluator=organisation.name, now=now, nonce=nonce
            )
            return organisation.asked(body, headers, now)

        a, b = (asked(organisation) for organisation in self._organisations)
        return None if a is None or b is None else finished(request, a, b, region.PINNED)

    def search(self, token: bytes, numbers: Sequence[str], now: datetime, step: int = 5) -> str | None:
        """Whose token it is: number by number, as far as the quota of that day goes."""
        for start in range(0, len(numbers), step):
            asked = numbers[start : start + step]
            found = self.tokens(asked, now)
            if found is None:
                return None
            if token in found:
                return asked[found.index(token)]
        return None
