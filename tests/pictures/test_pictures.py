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


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of one run share: each world is built once."""
    mine = tmp_path_factory.getbasetemp()
    folder = (mine if worker_id == "master" else mine.parent) / "worlds"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("name", CHECKED)
def test_a_screen_looks_as_it_was_accepted(name: str, worlds: Path, snapshot: SnapshotAssertion) -> None:
    assert photograph(CHECKED[name], worlds=worlds) == snapshot(extension_class=SVGImageExtension)


@pytest.mark.parametrize("name", README)
def test_the_pictures_of_the_readme_are_fresh(name: str, worlds: Path) -> None:
    stored = PICTURES / f"{name}.svg"
    assert stored.is_file(), "take it: python screenshots/take.py"
    fresh = SVGImageExtension().serialize(photograph(README[name], worlds=worlds))
    kept = SVGImageExtension().serialize(stored.read_text(encoding="utf-8"))
    assert fresh == kept, "the screen has changed: look at it, then python screenshots/take.py"
