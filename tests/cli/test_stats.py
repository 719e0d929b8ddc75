"""``stats`` and ``export analytics``: the same figures, readable at 80 columns, exact in JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run

RATES = {
    "completion_rate", "no_show_rate", "early_end_rate", "cancellation_rate", "show_up_rate", "duration_efficiency",
    "request_to_join", "approval_rate", "repeat_participation",
}  # fmt: skip


def session(number: int, day: int, **told: object) -> dict[str, object]:
    window = {"starts_at": f"2026-03-{day:02}T14:00:00Z", "ends_at": f"2026-03-{day:02}T15:00:00Z"}
    return {"type": "session", "id": f"s{number}", "title": f"S{number}", "kind": "mentoring", **window, **told}


@pytest.fixture
def past(run: Run, own: Callable[..., str]) -> Run:
    """Four sessions of March: one held, one missed, one cancelled, one of another kind that ended early."""
    told: list[dict[str, object]] = [
        {"type": "person", "id": "p1", "name": "Ana"},
        {"type": "person", "id": "m1", "name": "\x1b[31mDr Lee", "role": "mentor"},
        session(1, 2, mentor="m1", tags=["grief"]),
        session(2, 3, mentor="m1"),
        session(3, 4, control="cancelled", cancelled_at="2026-03-04T10:00:00Z", cancel_reason="mentor ill"),
        session(4, 20, kind="coaching"),
        {
            "type": "request", "session": "s1", "person": "p1", "state": "approved",
            "requested_at": "2026-03-01T14:00:00Z", "decided_at": "2026-03-01T14:30:00Z",
        },
        {
            "type": "request", "session": "s2", "person": "p1", "state": "approved",
            "requested_at": "2026-03-01T14:00:00Z", "decided_at": "2026-03-01T15:30:00Z",
        },
        {
            "type": "presence", "session": "s1", "person": "p1", "joined_at": "2026-03-02T14:00:00Z",
            "left_at": "2026-03-02T14:45:00Z",
        },
        {
            "type": "presence", "session": "s4", "person": "p1", "joined_at": "2026-03-20T14:00:00Z",
            "left_at": "2026-03-20T14:10:00Z",
        },
    ]  # fmt: skip
    assert run("import", own(*told)).code == 0
    return run


def test_json_has_every_figure_with_n_and_interval(past: Run):
    metrics = past("stats", "--json").json["metrics"]
    assert metrics.keys() >= {*RATES, "response_time", "request_lead"}
    assert all({"value", "n", "low", "high"} <= metrics[name].keys() for name in RATES)
    assert (metrics["completion_rate"]["value"], metrics["completion_rate"]["n"]) == (
        pytest.approx(1 / 3, abs=1e-6),
        3,
    )
    assert (metrics["cancellation_rate"]["value"], metrics["cancellation_rate"]["n"]) == (0.25, 4)
    assert (metrics["show_up_rate"]["value"], metrics["show_up_rate"]["n"]) == (0.5, 2)
    assert metrics["duration_efficiency"]["value"] == pytest.approx((0.75 + 1 / 6) / 2, abs=1e-6)
    waits = metrics["response_time"]
    assert (waits["value"], waits["median"], waits["p90"], waits["n"]) == (60.0, 60.0, 84.0, 2)
    assert metrics["repeat_participation"]["value"] == 1.0


def test_period_query_dimension_and_instant(past: Run):
    assert past("stats", "--json", "--since", "2026-03-03", "--until", "2026-03-04").json["sessions"] == 1
    assert past("stats", "--json", "kind:coaching").json["metrics"]["early_end_rate"]["value"] == 1.0
    groups = past("stats", "--json", "--by", "mentor").json["groups"]
    assert [(group["label"], group["sessions"]) for group in groups] == [("\x1b[31mDr Lee", 2), ("no mentor", 2)]
    early = past("stats", "--json", "--at", "2026-03-02T14:20:00Z").json
    assert (early["ended"], early["taken_at"], early["origin"]) == (0, "2026-03-02T14:20:00Z", "derived")
    assert past("stats", "--json", "--since", "-1d").json["sessions"] == 0
    assert past("stats", "-kind:coaching", "--json").json["sessions"] == 3


def test_the_text_fits_80_columns_and_holds_nothing_raw(past: Run):
    for extra in ([], ["--by", "mentor"], ["--by", "weekday"], ["--ascii", "--by", "tag"]):
        ran = past("stats", *extra)
        assert ran.code == 0
        assert max(len(line) for line in ran.out.splitlines()) <= 80
        assert "\x1b" not in ran.out
        assert "33 %" in ran.out
    assert past("stats", "--ascii").out.isascii()
    assert "no session starts in this period" in past("stats", "--since", "2030-01-01").out


def test_the_export_has_the_figures_of_the_screen(past: Run):
    rows = list(csv.DictReader(io.StringIO(past("export", "analytics", "--by", "kind").out)))
    metrics = past("stats", "--json").json["metrics"]
    held = {row["name"]: row for row in rows if row["panel"] == "figures"}
    for name, figure in metrics.items():
        assert held[name]["n"] == str(figure["n"])
        assert held[name]["value"] == ("" if figure["value"] is None else str(figure["value"]))
        assert held[name]["over"] == figure["of"]
    assert {row["group"] for row in rows if row["panel"] == "by kind"} == {"mentoring", "coaching"}
    shaped = past("export", "analytics", "kind:coaching", "--format", "json").json
    assert {row["n"] for row in shaped["analytics"] if row["name"] == "early_end_rate"} == {1}


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats", "--since", "soon"),
        ("stats", "--by", "colour"),
        ("stats", "--since", "2026-03-04", "--until", "2026-03-03"),
        ("stats", "statsu:live"),
        ("export", "sessions", "--by", "kind"),
    ],
)
def test_what_is_wrong_is_told(past: Run, arguments: tuple[str, ...]):
    ran = past(*arguments)
    assert ran.code in {1, 2}
    assert not ran.out
    assert ran.err
