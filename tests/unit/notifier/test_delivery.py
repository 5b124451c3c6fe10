"""Back-off of mails."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from vangnet_notifier.domain.delivery import GiveUp, Patience, Retry, after_failure

from tests.unit.notifier.signals import T0

PATIENCE = Patience()


@given(st.integers(1, 19), st.floats(0, 1, exclude_max=True))
def test_the_wait_grows_is_bounded_and_spread(attempts: int, jitter: float) -> None:
    then = after_failure(attempts, PATIENCE, T0, jitter)
    assert isinstance(then, Retry)
    wait, middle = then.at - T0, min(PATIENCE.first * 2 ** (attempts - 1), PATIENCE.longest)
    assert middle / 2 <= wait <= middle * 1.5 + timedelta(microseconds=1)


def test_it_ends() -> None:
    assert after_failure(PATIENCE.attempts, PATIENCE, T0, 0.5) == GiveUp()
    assert after_failure(1, PATIENCE, T0, 0.5, permanent=True) == GiveUp()
