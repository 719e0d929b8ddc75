"""Every screen and state as a picture: what is drawn today equals what was looked at and accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from screenshots.camera import photograph
from screenshots.shots import CHECKED, README

pytestmark = pytest.mark.picture

PICTURES = Path(__file__).parents[2] / "screenshots"


@pytest.mark.parametrize("name", CHECKED)
def test_a_screen_looks_as_it_was_accepted(name: str, snapshot: SnapshotAssertion) -> None:
    assert photograph(CHECKED[name]) == snapshot(extension_class=SVGImageExtension)


@pytest.mark.parametrize("name", README)
def test_the_pictures_of_the_readme_are_fresh(name: str) -> None:
    stored = PICTURES / f"{name}.svg"
    assert stored.is_file(), "take it: python screenshots/take.py"
    fresh = SVGImageExtension().serialize(photograph(README[name]))
    kept = SVGImageExtension().serialize(stored.read_text(encoding="utf-8"))
    assert fresh == kept, "the screen has changed: look at it, then python screenshots/take.py"
