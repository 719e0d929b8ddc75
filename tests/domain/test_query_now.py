"""The query on which a console opens, told without the language: what the language says."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from sessiontui.domain.query import parse
from sessiontui.domain.query.now import NOW, now_query
from sessiontui.tui.opening import HOME


@pytest.mark.parametrize("at", ["2026-05-04T14:00:00", "2026-03-29T00:59:59.999999", "2026-12-31T23:59:59.0005"])
def test_it_is_what_the_language_makes_of_it(at: str) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    found, parsed = now_query(now), parse(NOW, now=now, zone=UTC)
    assert found == parsed
    assert (found.text, str(found)) == (parsed.text, str(parsed))


def test_the_desk_opens_on_it() -> None:
    assert HOME == NOW


def test_it_is_made_without_the_language() -> None:
    code = (
        "import sys; from sessiontui.domain.query.now import now_query;"
        "print([name for name in ('fields', 'lexing', 'parsing', 'rendering', 'times', 'values')"
        " if f'sessiontui.domain.query.{name}' in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
