"""Logs: one JSON object a line on stderr, only events and fields of the catalogue, exceptions by type and place.

Until `configure_logging` has run (in tests, that is) an event outside the catalogue raises; in production it is dropped and
counted, because a log line may never stop a service.
"""

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO, cast

import msgspec
import structlog
from structlog.typing import FilteringBoundLogger, WrappedLogger

from vangnet_runtime.log_events import objection
from vangnet_runtime.metrics import LOG_LINES_REFUSED

Line = MutableMapping[str, Any]

REPEATS = 5
"""Lines that one place in a library may write in one `WINDOW`; aiokafka writes thousands during an outage."""
WINDOW = 60.0


def get_logger() -> FilteringBoundLogger:
    """The logger: `log.info("event-name", field=value)`. An exception goes in the field `fault`."""
    return cast(FilteringBoundLogger, structlog.get_logger())


def configure_logging(service: str, instance: str, level: str = "INFO", stream: TextIO = sys.stderr) -> None:
    """Production: drops and counts what is not in the catalogue; takes over libraries' warnings (at DEBUG: more)."""
    _configure(level, stream, {"service": service, "instance": instance}, strict=False)
    root = logging.getLogger()
    root.handlers = [LibraryHandler()]
    root.setLevel(logging.INFO if level == "DEBUG" else logging.WARNING)
    for name in list(logging.Logger.manager.loggerDict):
        taken = logging.getLogger(name)
        taken.handlers.clear()
        taken.propagate = True
        taken.setLevel(logging.NOTSET)


def describe(fault: BaseException) -> dict[str, str]:
    """Type, place and (for PostgreSQL) SQLSTATE of an exception and its cause; never its text, which may hold values."""
    frames = traceback.extract_tb(fault.__traceback__)
    described = {"type": type(fault).__name__}
    if frames:
        described["at"] = f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}"
    if sqlstate := getattr(fault, "sqlstate", None):
        described["sqlstate"] = str(sqlstate)
    if fault.__cause__ is not None:
        described["cause"] = type(fault.__cause__).__name__
    return described


class LibraryHandler(logging.Handler):
    """Turns a library's log record into the event `library`: logger, place and, when it has arguments, the bare template."""

    def __init__(self) -> None:
        super().__init__()
        self._limiter = Limiter()
        self._log = get_logger()

    def emit(self, record: logging.LogRecord) -> None:
        """Never raises: logging may not stop what is logged about."""
        suppressed = self._limiter.suppressed(f"{record.name}:{record.lineno}", time.monotonic())
        if suppressed is None:
            return
        fields: dict[str, Any] = {
            "logger": record.name,
            "place": f"{record.filename}:{record.lineno} {record.funcName}",
        }
        if record.args and isinstance(record.msg, str):
            fields["template"] = record.msg
        if record.exc_info and record.exc_info[1]:
            fields["fault"] = record.exc_info[1]
        if suppressed:
            fields["suppressed"] = suppressed
        self._log.log(record.levelno, "library", **fields)


class Limiter:
    """At most `REPEATS` lines a window for each place in the code; bounded, since places are."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}

    def suppressed(self, place: str, now: float) -> int | None:
        """None: stay silent. Else how many lines of this place were held back in the window before."""
        began, count = self._windows.get(place, (now, 0))
        if now - began >= WINDOW:
            self._windows[place] = (now, 1)
            return max(0, count - REPEATS)
        self._windows[place] = (began, count + 1)
        return 0 if count < REPEATS else None


class AllowList:
    """The last gate before a line is written."""

    def __init__(self, strict: bool) -> None:
        self._strict = strict

    def __call__(self, _logger: WrappedLogger, _method: str, line: Line) -> Line:
        """Lets a line of the catalogue pass."""
        refusal = objection(line["event"], line)
        if refusal is None:
            return line
        if self._strict:
            raise ValueError(refusal)
        LOG_LINES_REFUSED.inc()
        raise structlog.DropEvent


def _describe_faults(_logger: WrappedLogger, _method: str, line: Line) -> Line:
    fault = line.get("fault")
    if isinstance(fault, BaseException):
        line["fault"] = describe(fault)
    line.pop("exc_info", None)
    return line


def _as_json(_logger: WrappedLogger, _method: str, line: Line) -> str:
    return msgspec.json.encode(dict(line), enc_hook=lambda value: type(value).__name__).decode()


def _configure(level: str, stream: TextIO, constants: dict[str, str], strict: bool) -> None:
    def add_constants(_logger: WrappedLogger, _method: str, line: Line) -> Line:
        line.update(constants)
        return line

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            add_constants,
            _describe_faults,
            AllowList(strict),
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


_configure("INFO", sys.stderr, {}, strict=True)
