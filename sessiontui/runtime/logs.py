"""Log lines: one JSON object each, ASCII alone, so that nothing in them can act on a terminal."""

from __future__ import annotations

import json
import logging
import traceback
from typing import Final, TextIO

from sessiontui.domain.instants import from_ms, rfc3339
from sessiontui.domain.text import for_log

LONGEST: Final = 4_000
"""Characters of one message, and of one traceback, that are kept."""


class JsonLine(logging.Formatter):
    """One record as one line; a traceback names places and says what was raised, never what variables held."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line of JSON."""
        line = {
            "at": rfc3339(from_ms(int(record.created * 1000))),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": for_log(record.getMessage()[:LONGEST]),
        }
        if record.exc_info is not None and record.exc_info[1] is not None:
            text = "".join(traceback.format_exception(record.exc_info[1], limit=-12))
            line["trace"] = for_log(text[-LONGEST:])
        return json.dumps(line, ensure_ascii=True)


def log_to(stream: TextIO, *, level: int = logging.INFO) -> logging.Handler:
    """Send what the product and its libraries log to a stream as JSON lines, and return the handler."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler


def log_nowhere() -> logging.Handler:
    """Keep what is logged from the terminal that the console draws on, and return the handler."""
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    return handler
