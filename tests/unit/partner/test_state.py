"""What the partner's machine remembers: keys, ids, answers, and a spool that is bounded and unreadable without its key."""

import stat
from pathlib import Path

import pytest
from vangnet_contract.messages import FeedbackProblem
from vangnet_partner.state.cipher import Cipher, Undecipherable
from vangnet_partner.state.local_key import LocalKeyInvalid, open_local_key
from vangnet_partner.state.store import Final, Mark, Store

A, B = Mark("a", b"1"), Mark("b", b"2")
ACCEPTED = Final("accepted", [])
REFUSED = Final("rejected", [FeedbackProblem(reason="no-basis", field="data.grondslag", rule="r", explanation="e")])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_local_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    first = open_local_key(folder)
    assert (mode(folder), mode(folder / "local.key")) == (0o700, 0o600)
    assert open_local_key(folder).event_id("x") == first.event_id("x") != first.event_id("y")


def test_a_damaged_local_key_is_said_not_replaced(tmp_path: Path) -> None:
    open_local_key(tmp_path)
    (tmp_path / "local.key").write_text("abc")
    with pytest.raises(LocalKeyInvalid, match="backup"):
        open_local_key(tmp_path)


def test_what_waits_can_be_read_with_the_same_key_only() -> None:
    cipher = Cipher(b"k" * 32)
    blob = cipher.encrypt(b'{"surname":"Berg"}', "a")
    assert b"Berg" not in blob
    assert cipher.decrypt(blob, "a") == b'{"surname":"Berg"}'
    assert cipher.encrypt(b"same", "a") != cipher.encrypt(b"same", "a")
    for other, event_id, changed in (
        (Cipher(b"x" * 32), "a", blob),
        (cipher, "b", blob),
        (cipher, "a", blob[:-1] + bytes([blob[-1] ^ 1])),
        (cipher, "a", b""),
    ):
        with pytest.raises(Undecipherable):
            other.decrypt(changed, event_id)


def test_the_state_is_its_owners(store: Store, tmp_path: Path) -> None:
    assert mode(tmp_path / "state" / "state.sqlite") == 0o600


def test_the_way_back_from_an_event_id(store: Store) -> None:
    store.remember_ids([("abc", "2026-1"), ("abc", "2026-1")])
    assert (store.own_id("abc"), store.own_id("xyz")) == ("2026-1", None)


def test_an_answer_is_of_one_content(store: Store) -> None:
    store.record([(A, ACCEPTED), (B, REFUSED)])
    assert store.finals([A, B, Mark("a", b"other")]) == {A: ACCEPTED, B: REFUSED}
    store.record([(A, REFUSED)])
    assert store.finals([A]) == {A: REFUSED}


def test_many_answers_are_found_at_once(store: Store) -> None:
    marks = [Mark(str(n), b"") for n in range(1_700)]
    store.record([(mark, ACCEPTED) for mark in marks])
    assert store.finals(marks).keys() == set(marks)


def test_the_spool_is_bounded_in_bytes_and_says_what_it_does_not_take(store: Store) -> None:
    assert store.spool([(A, b"x" * 60), (B, b"y" * 60)], max_bytes=100) == [B]
    assert (store.spooled_bytes(), store.spooled_lines()) == (60, 1)
    assert store.spool([(A, b"x" * 60)], max_bytes=60) == []  # already there: no more room is needed
    assert store.spooled_lines() == 1


def test_the_spool_keeps_the_order_and_forgets_what_is_answered(store: Store) -> None:
    marks = [Mark(str(n), b"") for n in range(5)]
    store.spool([(mark, b"line") for mark in marks], 1_000)
    store.record([(marks[2], ACCEPTED)])
    first = store.waiting(0, limit=2)
    rest = store.waiting(first[-1].number, limit=10)
    assert [waiting.mark for waiting in (*first, *rest)] == [marks[0], marks[1], marks[3], marks[4]]


def test_which_contents_of_an_event_are_known(store: Store) -> None:
    store.spool([(A, b"line")], 1_000)
    store.record([(Mark("a", b"9"), ACCEPTED)])
    assert set(store.marks("a")) == {A, Mark("a", b"9")}


def test_positions_outlive_the_process(store: Store, tmp_path: Path) -> None:
    store.set_position("feedback", "17")
    store.close()
    again = Store(tmp_path / "state")
    assert (again.position("feedback"), again.position("other")) == ("17", None)
