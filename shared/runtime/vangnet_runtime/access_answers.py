"""A service's answer to an access request: what it holds, sealed for the desk that asked, on that desk's own topic."""

from collections.abc import Sequence

import msgspec
from vangnet_contract.messages import CHUNK, AccessAnswer, AccessAsked, HeldAlert, HeldEvent, Holder, encode
from vangnet_contract.policy import Policy
from vangnet_contract.stamp import control_headers
from vangnet_contract.topics import feedback
from vangnet_pseudonym import keys
from vangnet_pseudonym.answers import AnswerBinding, seal_answer

from vangnet_runtime.records import Outgoing


class NoAnswerKey(Exception):
    """Nobody could open an answer to this partner: keys.yaml has no valid answer key of it. The request waits, parked."""


def sealed_answers(
    policy: Policy, asked: AccessAsked, holder: Holder, held: Sequence[HeldEvent] | Sequence[HeldAlert]
) -> list[Outgoing]:
    """At least one message, also when nothing is held. Raises NoAnswerKey."""
    key = policy.keys.answer_key(asked.partner, asked.at)
    if key is None:
        raise NoAnswerKey(
            f"keys.yaml has no answer key of partner {asked.partner} that is valid at {asked.at.isoformat()}"
        )
    public = keys.load_seal_public_key(keys.from_text(key.public_key))
    chunks = [held[start : start + CHUNK] for start in range(0, len(held), CHUNK)] or [held]
    messages = []
    for part, chunk in enumerate(chunks, start=1):
        request = asked.event
        binding = AnswerBinding(policy.region.name, key.key_id, request.source, request.id, holder, part, len(chunks))
        answer = AccessAnswer(
            source=request.source,
            id=request.id,
            at=asked.at,
            holder=holder,
            part=part,
            parts=len(chunks),
            key_id=key.key_id,
            sealed=keys.to_text(seal_answer(public, binding, msgspec.json.encode(chunk))),
        )
        messages.append(Outgoing(feedback(asked.partner), 0, request.id.encode(), encode(answer), control_headers()))
    return messages
