"""Answers to access requests (article 15 of the GDPR): opened here, with the partner's own key, and nowhere before."""

from typing import Any

import msgspec
from vangnet_contract.messages import AccessAnswer, HeldAlert, HeldEvent
from vangnet_pseudonym import keys
from vangnet_pseudonym.answers import AnswerBinding, open_answer
from vangnet_pseudonym.sealing import CannotOpen

from vangnet_partner.config import ConfigProblem, ConfigRefused, PartnerConfig

_FORMS: dict[str, Any] = {
    "register": msgspec.json.Decoder(list[HeldEvent]),
    "desk": msgspec.json.Decoder(list[HeldAlert]),
}


class AnswerReader:
    """Opens what was sealed for the partner of this configuration. Raises ConfigRefused for a key that is none."""

    def __init__(self, config: PartnerConfig) -> None:
        self._region = config.region
        self._key_id = config.answers.key_id if config.answers else None
        self._key = None
        if config.answers is None:
            return
        try:
            raw = keys.from_text(config.answers.key_file.read_text(encoding="utf-8").strip())
            self._key = keys.load_seal_private_key(raw)
        except ValueError:
            rule = "must be an X25519 private key in base64url, as `vangnet-partner answer-key` makes it"
            raise ConfigRefused([ConfigProblem(str(config.answers.key_file), "answers.key_file", rule)]) from None

    def read(self, answer: AccessAnswer) -> dict[str, Any]:
        """The message as it came, with `held` in place of `sealed`; when it cannot be opened `obstacle` says why."""
        values: dict[str, Any] = msgspec.to_builtins(answer)
        sealed = values.pop("sealed")
        if self._key is None or self._key_id != answer.key_id:
            return values | {"obstacle": f"was sealed for key {answer.key_id}: name it in partner.toml under [answers]"}
        binding = AnswerBinding(
            self._region, answer.key_id, answer.source, answer.id, answer.holder, answer.part, answer.parts
        )
        try:
            held = _FORMS[answer.holder].decode(open_answer(self._key, binding, keys.from_text(sealed)))
        except (CannotOpen, ValueError) as failure:
            return values | {"obstacle": str(failure)}
        return values | {"held": msgspec.to_builtins(held)}
