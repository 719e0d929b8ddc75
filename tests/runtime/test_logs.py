from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from sessiontui.runtime.logs import log_to


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    level = root.level
    handler = log_to(stream)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_is_one_object_in_ascii_whatever_is_logged(stream: io.StringIO) -> None:
    logging.getLogger("sessiontui.test").warning("Zoë\x1b]52;c;x\x07\nsecond \u202e line")
    text = stream.getvalue()
    assert text.isascii()
    assert text.count("\n") == 1
    line = json.loads(text)
    assert line["level"] == "warning"
    assert line["at"].endswith("Z")
    assert line["said"].isprintable()
    assert line["said"].startswith("Zo\\xeb\\x1b")


def test_half_a_character_is_written_too() -> None:
    stream = io.StringIO()
    handler = log_to(stream)
    logging.getLogger().removeHandler(handler)
    # Handed to the handler itself: what parallel test workers capture could not be sent on.
    handler.handle(logging.LogRecord("sessiontui.test", logging.WARNING, "", 0, "half \ud800", None, None))
    assert stream.getvalue().isascii()
    assert json.loads(stream.getvalue())["said"].startswith("half")


def test_a_traceback_names_places_and_no_locals(stream: io.StringIO) -> None:
    def burst(passcode: str) -> None:
        raise ZeroDivisionError("nothing by nothing" + passcode[:0])

    try:
        burst("s3cret-passcode")
    except ZeroDivisionError:
        logging.getLogger("sessiontui.test").exception("it failed")
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert "ZeroDivisionError: nothing by nothing" in json.loads(text)["trace"]
    assert "s3cret-passcode" not in text.replace('burst("s3cret-passcode")', "").replace(
        json.dumps('burst("s3cret-passcode")')[1:-1], ""
    )
