"""Which faults are waited out, how long, and what refuses a start."""

import asyncpg
from aiokafka.errors import KafkaConnectionError
from asyncpg.exceptions import _base
from vangnet_runtime.backoff import Backoff
from vangnet_runtime.faults import FENCE_LOST, NotYet, database_unfit, fence_lost, passes_by_itself
from vangnet_runtime.parking import handle
from vangnet_runtime.readiness import Readiness


def test_servers_away_locks_and_deadlines_pass() -> None:
    for fault in (
        asyncpg.CannotConnectNowError("x"),
        asyncpg.ConnectionDoesNotExistError("x"),
        asyncpg.InterfaceError("x"),
        asyncpg.InternalClientError("x"),
        asyncpg.LockNotAvailableError("x"),
        asyncpg.DeadlockDetectedError("x"),
        asyncpg.AdminShutdownError("x"),
        asyncpg.DiskFullError("x"),
        asyncpg.UndefinedTableError("x"),
        ConnectionRefusedError(),
        TimeoutError(),
        KafkaConnectionError(),
        NotYet("x"),
    ):
        assert passes_by_itself(fault), fault


def test_what_lies_in_a_message_or_in_code_does_not() -> None:
    for fault in (
        asyncpg.NumericValueOutOfRangeError("x"),
        asyncpg.UniqueViolationError("x"),
        asyncpg.CheckViolationError("x"),
        _base.DataError("x"),
        ValueError(),
        KeyError(),
        ZeroDivisionError(),
    ):
        assert not passes_by_itself(fault), fault


def test_a_database_that_lacks_what_the_program_names_is_told_from_one_that_is_away() -> None:
    unfit = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.InsufficientPrivilegeError)
    assert all(database_unfit(kind("x")) for kind in unfit)
    assert not any(database_unfit(fault) for fault in (asyncpg.AdminShutdownError("x"), OSError(), NotYet("x")))


def test_a_lost_fence_is_known_by_its_sqlstate() -> None:
    fault = asyncpg.PostgresError("x")
    fault.sqlstate = FENCE_LOST
    assert fence_lost(fault)
    assert not fence_lost(asyncpg.PostgresError("x"))
    assert not fence_lost(ValueError())


def test_waits_double_up_to_a_bound_and_begin_again_after_a_success() -> None:
    backoff = Backoff(first=1, most=5, draw=lambda low, high: high)
    assert [backoff.next() for _ in range(5)] == [1, 2, 4, 5, 5]
    backoff.reset()
    assert backoff.next() == 1
    assert 0.5 <= Backoff(first=1).next() <= 1


def test_a_service_is_ready_when_no_reason_is_left() -> None:
    readiness = Readiness("toy")
    readiness.object("a", "first")
    readiness.object("b", "second")
    readiness.withdraw("a")
    assert not readiness.ready
    assert readiness.reasons == {"b": "second"}
    readiness.withdraw("b")
    readiness.withdraw("b")
    assert readiness.ready


def test_a_handle_does_not_show_its_key() -> None:
    assert handle(b"person") != handle(b"persoon")
    assert len(handle(b"person")) == 16
