"""The bucket: as many at once as a minute allows, then one for each that fills up again."""

from vangnet_notifier.web.throttle import MOST_KEYS, Buckets


def test_a_bucket_is_empty_after_its_rate_and_fills_up_again() -> None:
    now = [0.0]
    buckets = Buckets(60, lambda: now[0])
    assert [buckets.wait("a") for _ in range(61)] == [0] * 60 + [1]
    assert buckets.wait("b") == 0
    now[0] = 1.0
    assert [buckets.wait("a"), buckets.wait("a")] == [0, 1]
    now[0] = 1000.0
    assert [buckets.wait("a") for _ in range(61)] == [0] * 60 + [1]


def test_the_wait_that_is_told_is_long_enough() -> None:
    now = [0.0]
    buckets = Buckets(2, lambda: now[0])
    assert [buckets.wait("a"), buckets.wait("a")] == [0, 0]
    now[0] = wait = float(buckets.wait("a"))
    assert wait == 30 and buckets.wait("a") == 0


def test_what_it_remembers_is_bounded() -> None:
    buckets = Buckets(1, lambda: 0.0)
    for number in range(MOST_KEYS + 1):
        assert buckets.wait(f"{number}") == 0
    assert buckets.wait(f"{MOST_KEYS}") > 0 and buckets.wait("0") == 0
