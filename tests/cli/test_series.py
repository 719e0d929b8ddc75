"""``series`` on the command line: made, shown, changed, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sessiontui.runtime import now

if TYPE_CHECKING:
    from tests.cli.conftest import Run


@pytest.fixture
def weekly(circle: Run) -> Run:
    made = circle(
        "series", "add", "Weekly circle", "--starts", "2036-05-06T18:00", "--rule", "FREQ=WEEKLY;COUNT=4",
        "--minutes", "45", "--in-zone", "Europe/Madrid", "--mentor", "Dr Lee", "--capacity", "6", "--tag", "grief",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert "every week on Tue at 18:00 Europe/Madrid, 4 times" in made.out
    return circle


def dates(run: Run, series: str = "1") -> list[str]:
    return [each["wall"][5:16] for each in run("series", "show", series, "--json").json["dates"]]


def test_far_ahead_nothing_is_stamped_yet(weekly: Run) -> None:
    (line,) = weekly("series", "list", "--json").json["series"]
    assert (line["title"], line["sessions"], line["mentor"]) == ("Weekly circle", 0, "Dr Lee")
    assert dates(weekly) == []


def test_a_series_is_listed_shown_changed_and_ended(circle: Run) -> None:
    first = (now() + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None)
    made = circle("series", "add", "Daily", "--starts", first.isoformat(), "--rule", "daily", "--json")
    ids = made.json["sessions"]
    assert len(ids) > 80
    assert "every day at 10:00 UTC" in circle("series", "list").out
    later = (first + timedelta(days=2, hours=1)).isoformat()
    parted = circle("series", "edit", str(ids[2]), "--following", "--starts", later, "--json").json
    assert parted["series"] == 2
    assert dates(circle, "1") == [f"{first + timedelta(days=day):%m-%dT%H:%M}" for day in range(2)]
    assert circle("series", "take-out", str(ids[3]), "--reason", "holiday").code == 0
    shown = circle("series", "show", "2")
    assert f"Taken out: {first + timedelta(days=3, hours=1):%Y-%m-%d %H:%M}" in shown.out
    assert circle("series", "end", str(ids[5])).code == 0
    assert len(dates(circle, "2")) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "X", "--starts", "2036-05-06T18:00", "--rule", "now and then"), 1, "rule"),
        (("add", "X", "--starts", "2036-05-06T18:00Z", "--rule", "daily"), 2, "no wall-clock time"),
        (("add", "X", "--starts", "2036-05-06T18:00", "--rule", "daily", "--in-zone", "Mars"), 1, "no time zone"),
        (("show", "99"), 1, "no series #99"),
        (("edit", "1", "--all"), 1, "nothing to change"),
        (("edit", "1", "--title", "X"), 2, "--following"),
        (("take-out", "1"), 1, "belongs to no series"),
    ],
)
def test_what_cannot_be_is_said(circle: Run, words: tuple[str, ...], code: int, said: str) -> None:
    ran = circle("series", *words)
    assert (ran.code, said in ran.err) == (code, True), ran.err
