"""A run of the bars: what it has measured is in its file at every moment, and what broke does not hold."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks.figures import Figure, limit, told


def bar(monkeypatch: pytest.MonkeyPatch, number: int, *figures: Figure, error: BaseException | None = None) -> None:
    module = ModuleType(f"tests.benchmarks.fake_{number}")

    def run(_: object) -> Iterator[Figure]:
        yield from figures
        if error is not None:
            raise error

    module.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(benchmarks.BARS, number, f"fake_{number}")


def test_a_run_tells_what_fails_and_how_long_it_took(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    bar(monkeypatch, 1, limit(1, "a page", 5, "ms", 20), told(1, "a peer", 9, "ms"))
    bar(monkeypatch, 2, limit(2, "a key", 30, "ms", 16), error=ValueError("no such thing"))
    file = tmp_path / "figures.json"
    assert benchmarks.main(["--data", str(tmp_path), "--only", "1", "2", "--json", str(file)]) == 1
    last = capsys.readouterr().out.splitlines()
    assert last[-1] == "1 of 3 hold"
    assert "bar 1 0, bar 2 0" in last[-2]
    assert [line.split("  ")[0] for line in last[-4:-2]] == [
        "does not hold: 2 a key",
        "does not hold: 2 fake_2 broke off",
    ]
    kept = json.loads(file.read_text())
    assert (kept["hold"], kept["judged"], kept["not_run"]) == (1, 3, [])


def test_a_run_that_is_ended_leaves_what_it_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    bar(monkeypatch, 1, limit(1, "a page", 5, "ms", 20))
    bar(monkeypatch, 2, limit(2, "a key", 3, "ms", 16), error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        benchmarks.main(["--data", str(tmp_path), "--only", "1", "2", "3"])
    kept = json.loads((tmp_path / "figures.json").read_text())
    assert [figure["what"] for figure in kept["figures"]] == ["a page", "a key"]
    assert kept["not_run"] == [2, 3]


def test_every_bar_is_measured():
    assert sorted(benchmarks.BARS) == list(range(1, 13))
    folder = Path(benchmarks.__file__).parent
    assert {name for names in benchmarks.BARS.values() for name in names.split()} == {
        path.stem for path in folder.glob("bar_*.py")
    }
