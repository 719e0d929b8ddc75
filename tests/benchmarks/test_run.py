"""A run of the bars: what it has measured is in its file at every moment, and what broke does not hold."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks import machine
from tests.benchmarks.figures import Figure, limit, told
from tests.benchmarks.machine import Look, Machine, look

QUIET = Look(cold=1.0, loop=30.0, stolen=0, wanted=0)


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Look]:
    """What is seen of the machine, in order; afterwards, and without any, it is quiet."""
    seen: list[Look] = []
    monkeypatch.setattr(machine, "look", lambda: seen.pop(0) if seen else QUIET)
    return seen


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


def test_a_bar_in_which_others_took_time_is_measured_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], looks: list[Look]
):
    bar(monkeypatch, 1, limit(1, "a page", 5, "ms", 20))
    stolen = Look(cold=1.0, loop=30.0, stolen=5, wanted=100)
    looks[:] = [QUIET, QUIET, stolen, stolen, stolen, stolen]
    assert benchmarks.main(["--data", str(tmp_path), "--only", "1", "--patient", "1"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "  1 the machine was with others: 5.0 % of its time went to others: measured again" in said
    assert said.count("  1 the machine was quiet") == 1
    kept = json.loads((tmp_path / "figures.json").read_text())
    assert [entry["what"] for entry in kept["figures"]] == ["a page"]
    assert [(entry["bar"], entry["state"]["stolen"], len(entry["figures"])) for entry in kept["disturbed"]] == [
        (1, 5.0, 1)
    ]


def test_without_patience_a_bar_is_measured_once_and_what_disturbed_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], looks: list[Look]
):
    bar(monkeypatch, 1, limit(1, "a page", 5, "ms", 20))
    looks[:] = [QUIET, Look(cold=8.0, loop=45.0, stolen=0, wanted=100)]
    assert benchmarks.main(["--data", str(tmp_path), "--only", "1"]) == 0
    (told,) = [said for said in capsys.readouterr().out.splitlines() if said.startswith("bar 1 was measured while")]
    assert "memory left alone for a second costs 8.0 ms" in told
    assert "a bare loop takes 1.50 times what it took" in told


def test_a_machine_is_waited_for_as_long_as_there_is_patience(looks: list[Look]):
    cold = Look(cold=9.0, loop=30.0, stolen=0, wanted=0)
    looks[:] = [cold, cold, cold, QUIET, QUIET]
    assert Machine(patience=60).quiet() == QUIET
    assert looks == []
    looks[:] = [cold, QUIET]
    assert Machine().quiet() == cold


def test_a_look_at_the_machine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    seen = look()
    assert seen.cold > 0
    assert seen.loop > 0


def test_every_bar_is_measured():
    assert sorted(benchmarks.BARS) == list(range(1, 13))
    folder = Path(benchmarks.__file__).parent
    assert {name for names in benchmarks.BARS.values() for name in names.split()} == {
        path.stem for path in folder.glob("bar_*.py")
    }
