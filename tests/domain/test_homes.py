"""Paths that begin at somebody's home: one rule for settings, options and files that are taken or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.domain.homes import from_home


def test_the_home_of_whoever_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/srv/amara")
    assert from_home("~/week.csv") == Path("/srv/amara/week.csv")
    assert from_home("week.csv") == Path("week.csv")
    assert from_home("/~/week.csv") == Path("/~/week.csv")


def test_somebody_without_a_home_is_named_and_the_way_out_said() -> None:
    with pytest.raises(BadInput, match="'~nobody-here/x' begins at a home that nobody has here") as told:
        from_home("~nobody-here/x")
    assert told.value.hint == "begin it with / or ~/"
