"""Which faults pass by themselves (a server away, a lock, a deadline) and which come back with the same message."""

import asyncpg
from aiokafka.errors import KafkaError

FENCE_LOST = "VN001"
"""SQLSTATE that `advance_input` raises: another process has gone on with this partition."""

ABOUT_CONTENT = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,  # asyncpg's own DataError, for arguments that do not fit, is an InterfaceError and a ValueError
)


class NotYet(Exception):
    """What the next message needs is not here yet; the text says what, and what an operator does. Nothing is parked: the
    partition waits, not ready, and goes on by itself."""


FROM_OUTSIDE = (
    NotYet,
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    KafkaError,
)


def fence_lost(fault: BaseException) -> bool:
    """Whether the transaction was refused because its offset is no longer the next one."""
    return isinstance(fault, asyncpg.PostgresError) and getattr(fault, "sqlstate", None) == FENCE_LOST


def database_unfit(fault: BaseException) -> bool:
    """Whether the database lacks what the program's SQL names, or its role a right (SQLSTATE class 42): no message's fault, and
    not one that passes by itself; a person has to mend it."""
    return isinstance(fault, asyncpg.PostgresError) and (getattr(fault, "sqlstate", None) or "").startswith("42")


def passes_by_itself(fault: BaseException) -> bool:
    """Whether the same work may succeed later. What does not is the fault of a message, or of the code that reads it. A
    database that does not fit is not its message's fault: that is tried again too, not ready (see `database_unfit`)."""
    return isinstance(fault, FROM_OUTSIDE) and not isinstance(fault, ABOUT_CONTENT)


class TopicMissing(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """The input topic does not exist yet."""
