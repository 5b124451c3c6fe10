"""Sequence numbers: old, next, too early."""

from hypothesis import given
from hypothesis import strategies as st
from vangnet_runtime.sequence import HEADER, Malformed, check, header, number_of


def test_a_header_is_read_as_it_was_written() -> None:
    assert number_of((("kind", b"x"), header("linker/0", 17))) == ("linker/0", 17)
    assert number_of((("kind", b"x"),)) is None


def test_what_is_no_number_is_malformed() -> None:
    for value in (b"", b"linker/0/", b"7", b"linker/0/-1", b"linker/0/7x", b"/7", b"\xff", b"linker/0/" + b"9" * 19):
        assert number_of(((HEADER, value),)) == Malformed(), value


def test_a_producer_begins_at_one() -> None:
    assert check({}, [("a", 1), ("a", 2)], start_open=False).fresh == [0, 1]
    assert check({}, [("a", 2)], start_open=False).hole == (0, 1)


def test_after_an_accepted_loss_an_unknown_producer_may_begin_anywhere() -> None:
    checked = check({}, [("a", 40), ("a", 41), ("a", 43)], start_open=True)
    assert checked.fresh == [0, 1]
    assert checked.hole == (2, 42)


def test_records_without_number_always_count() -> None:
    assert check({"a": 5}, [None, ("a", 5), None], start_open=False).fresh == [0, 2]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 6))))
def test_what_counts_is_gapless_and_comes_once(numbers: list[tuple[str, int]]) -> None:
    checked = check({}, numbers, start_open=False)
    for producer in "ab":
        taken = [numbers[place][1] for place in checked.fresh if numbers[place][0] == producer]
        assert taken == list(range(1, len(taken) + 1))
        assert checked.highest.get(producer, 0) == len(taken)


@given(st.lists(st.integers(0, 40), max_size=6), st.lists(st.integers(1, 41), max_size=6))
def test_any_number_of_relays_that_start_at_or_below_what_is_out_double_and_lose_nothing(
    starts: list[int], lengths: list[int]
) -> None:
    """Each relay sends a contiguous run that begins no later than the next number: the receiver takes each number once."""
    log: list[tuple[str, int]] = []
    for start, length in zip(starts, lengths, strict=False):
        out = max((number for _, number in log), default=0)
        begin = min(start, out) + 1
        log += [("a", number) for number in range(begin, begin + length)]
    checked = check({}, log, start_open=False)
    assert checked.hole is None
    assert [log[place][1] for place in checked.fresh] == sorted({number for _, number in log})
