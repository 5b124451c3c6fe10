"""What each message of the feedback topic is to a partner; what is sealed for it is opened, and nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from aiokafka import ConsumerRecord
from vangnet_contract.messages import (
    AccessAnswer,
    AccessAsked,
    EventKey,
    Feedback,
    HeldEvent,
    ReportDoubted,
    decode_feedback,
    encode,
)
from vangnet_contract.policy import AnswerKey, load_policy
from vangnet_partner.answers import AnswerReader
from vangnet_partner.config import AnswersConfig, ConfigRefused, PartnerConfig
from vangnet_partner.feedback import Word, word_of
from vangnet_partner.partner import told
from vangnet_partner.signing_keys import make_answer_key
from vangnet_runtime.access_answers import sealed_answers

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REGION = load_policy(Path(__file__).parents[3] / "deploy" / "policy" / "demo")
HELD = HeldEvent(
    partner="politie", source="s", id="e1", revision=0, type="t", occurred_at=NOW, registered_at=NOW, received_at=NOW,
    municipality="GM0034", details={}, certainty="sure", in_view=True,
)  # fmt: skip


def read(message: msgspec.Struct) -> Word:
    value = encode(message)
    return word_of(ConsumerRecord("t", 0, 7, 0, 0, b"e1", value, None, 2, len(value), ()))


def config(key_file: Path | None, key_id: str = "k1", region: str = REGION.region.name) -> PartnerConfig:
    answers = AnswersConfig(key_id=key_id, key_file=key_file) if key_file else None
    return PartnerConfig.model_construct(region=region, answers=answers)


def test_only_a_final_word_about_an_event_is_taken_as_one() -> None:
    doubted = ReportDoubted(source="s", id="e1", at=NOW, reason="melding-onjuist", explanation="…")
    word = read(doubted)
    assert (word.next, word.key, word.feedback, word.request, word.access) == (8, "e1", None, None, None)
    final = Feedback(source="s", id="e1", status="accepted")
    assert read(final).feedback == final


def answer_for(key: str, key_id: str = "k1") -> Word:
    valid = {"valid_from": NOW, "valid_to": NOW.replace(year=2027)}
    keys = REGION.keys.model_copy(update={"answers": {"client": [AnswerKey(key_id=key_id, public_key=key, **valid)]}})
    asked = AccessAsked(partner="client", event=EventKey("s", "e1"), at=NOW, person="p")
    [out] = sealed_answers(REGION.model_copy(update={"keys": keys}), asked, "register", [HELD])
    message = decode_feedback(out.value)
    assert isinstance(message, AccessAnswer)
    return read(message)


def test_an_answer_is_opened_by_the_desk_that_asked(tmp_path: Path) -> None:
    word = answer_for(make_answer_key(tmp_path / "mine"))
    said = msgspec.json.decode(told(word, "own-1", AnswerReader(config(tmp_path / "mine"))))
    assert said["ownId"] == "own-1" and "sealed" not in said
    assert [(one["partner"], one["id"], one["inView"]) for one in said["held"]] == [("politie", "e1", True)]


def test_whoever_cannot_open_it_is_told_why(tmp_path: Path) -> None:
    word = answer_for(make_answer_key(tmp_path / "mine"))
    make_answer_key(tmp_path / "other")
    refusals = {
        "another key": config(tmp_path / "other"),
        "another name": config(tmp_path / "mine", "k0"),
        "no key": config(None),
        "another region": config(tmp_path / "mine", region="elders"),
    }
    for name, one in refusals.items():
        said = msgspec.json.decode(told(word, None, AnswerReader(one)))
        assert said["obstacle"] and "held" not in said and "sealed" not in said, name


def test_a_file_that_holds_no_key_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hallo")
    with pytest.raises(ConfigRefused, match=r"answers\.key_file must be an X25519 private key"):
        AnswerReader(config(tmp_path / "key"))
