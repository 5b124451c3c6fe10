"""Logs: only the catalogue, no text of exceptions, libraries rate-limited and without their values."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from vangnet_runtime.log_events import EVENTS, declare, objection
from vangnet_runtime.logging import REPEATS, WINDOW, Limiter, configure_logging, describe, get_logger
from vangnet_runtime.metrics import REGISTRY


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    """Production logging into memory; put back afterwards."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("toy", "toy-1", stream=stream)
    yield stream
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_outside_production_an_unknown_event_or_field_raises() -> None:
    with pytest.raises(ValueError, match="not in the catalogue"):
        get_logger().info("whatever")
    with pytest.raises(ValueError, match="may not carry person"):
        get_logger().info("stop-asked", signal="SIGTERM", person="x")


def test_in_production_it_is_dropped_and_counted(output: io.StringIO) -> None:
    before = REGISTRY.get_sample_value("vangnet_log_lines_refused_total") or 0
    get_logger().info("stop-asked", person="Anna Maria")
    get_logger().info("stop-asked", signal="SIGTERM")
    assert REGISTRY.get_sample_value("vangnet_log_lines_refused_total") == before + 1
    (line,) = lines(output)
    assert line["event"] == "stop-asked"
    assert (line["service"], line["instance"], line["level"]) == ("toy", "toy-1", "info")


def test_an_exception_is_its_type_and_place_never_its_text(output: io.StringIO) -> None:
    try:
        raise ValueError("Anna Maria van der Berg") from KeyError("123456782")
    except ValueError as fault:
        get_logger().error("service-crashed", fault=fault)
    assert "Anna" not in output.getvalue()
    assert "123456782" not in output.getvalue()
    (line,) = lines(output)
    assert line["fault"]["type"] == "ValueError"  # type: ignore[index]
    assert line["fault"]["cause"] == "KeyError"  # type: ignore[index]
    assert describe(ValueError("x")) == {"type": "ValueError"}


def test_a_librarys_words_come_without_values_and_not_too_often(output: io.StringIO) -> None:
    library = logging.getLogger("aiokafka.test")
    for n in range(REPEATS + 20):
        library.warning("Heartbeat of %s failed", f"person-{n}")
    library.error(f"no template: {'Anna'}")
    written = lines(output)
    assert len(written) == REPEATS + 1
    assert written[0]["template"] == "Heartbeat of %s failed"
    assert "template" not in written[-1]
    assert "person-" not in output.getvalue()
    assert "Anna" not in output.getvalue()


def test_the_limiter_tells_how_much_it_held_back() -> None:
    limiter = Limiter()
    told = [limiter.suppressed("here", 0.0) for _ in range(REPEATS + 3)]
    assert told == [0] * REPEATS + [None] * 3
    assert limiter.suppressed("here", WINDOW + 1) == 3
    assert limiter.suppressed("elsewhere", 0.0) == 0


def test_a_service_adds_its_events_once() -> None:
    declare({"toy-event": ("partner",)})
    declare({"toy-event": ("partner",)})
    assert objection("toy-event", ["partner", "level"]) is None
    with pytest.raises(ValueError, match="declared twice"):
        declare({"toy-event": ("person",)})
    del EVENTS["toy-event"]
