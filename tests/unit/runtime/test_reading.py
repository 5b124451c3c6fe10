"""Holes in offsets, parts of a batch, numbering."""

from hypothesis import given
from hypothesis import strategies as st
from vangnet_runtime.batch import MALFORMED, decoded
from vangnet_runtime.lane import MOST_BYTES, MOST_MESSAGES, Lane
from vangnet_runtime.reader import first_gap
from vangnet_runtime.records import Outgoing, Record
from vangnet_runtime.sequence import HEADER


def record(offset: int, headers: tuple[tuple[str, bytes], ...] = ()) -> Record:
    return Record("t", 0, offset, 0, b"k", b"v", headers)


@given(st.integers(0, 5), st.lists(st.integers(0, 20), min_size=1, max_size=8, unique=True).map(sorted))
def test_first_gap_is_the_first_record_that_is_not_the_next(expected: int, offsets: list[int]) -> None:
    brute = next((place for place, offset in enumerate(offsets) if offset != expected + place), None)
    assert first_gap(expected, offsets) == brute


def test_parts_of_a_batch_carry_the_offset_that_the_fence_must_find() -> None:
    batch = decoded(Lane(0, "toy"), 5, [record(7), record(8), record(9)], ["a", "b", "c"])
    assert (batch.expected, batch.following) == (5, 10)
    head = batch.head(2, {1: ValueError()})
    assert (head.expected, head.following, list(head.messages), list(head.refused)) == (5, 9, ["a", "b"], [1])
    rest = head.rest(1)
    assert (rest.expected, rest.following, list(rest.messages), rest.refused) == (8, 9, ["b"], {})


def test_a_record_with_a_broken_sequence_header_is_undecodable() -> None:
    batch = decoded(Lane(0, "toy"), 0, [record(0, ((HEADER, b"?"),)), record(1)], ["a", "b"])
    assert list(batch.messages) == [MALFORMED, "b"]


def test_numbers_have_no_holes_for_each_output_partition_and_change_nothing_before_the_commit() -> None:
    lane = Lane(3, "toy")
    lane.given[("out", 0)] = 7
    messages = [Outgoing("out", 0, b"", b""), Outgoing("out", 1, b"", b""), Outgoing("out", 0, b"", b"")]
    for _ in range(2):
        chunks, given = lane.number(messages)
        assert [(chunk.pair, chunk.first, chunk.last) for chunk in chunks] == [(("out", 0), 8, 9), (("out", 1), 1, 1)]
    lane.committed(10, {}, given)
    assert [(chunk.first, chunk.last) for chunk in lane.number(messages)[0]] == [(10, 11), (2, 2)]
    assert lane.producer == "toy/3"


def test_chunks_are_bounded_in_messages_and_bytes_and_keep_the_order() -> None:
    small = [Outgoing("out", 0, str(number).encode(), b"") for number in range(2 * MOST_MESSAGES + 1)]
    large = [Outgoing("out", 1, b"", bytes(MOST_BYTES // 2)) for _ in range(3)] + [
        Outgoing("out", 1, b"", bytes(2 * MOST_BYTES))
    ]
    chunks, given = Lane(0, "toy").number([*small, *large])
    assert [len(chunk.messages) for chunk in chunks] == [MOST_MESSAGES, MOST_MESSAGES, 1, 2, 1, 1]
    assert [(chunk.first, chunk.last) for chunk in chunks][2:] == [(1001, 1001), (1, 2), (3, 3), (4, 4)]
    assert [message for chunk in chunks for message in chunk.messages] == [*small, *large]
    assert sum(chunk.size for chunk in chunks) == sum(message.size for message in (*small, *large))
    assert given == {("out", 0): len(small), ("out", 1): 4}
