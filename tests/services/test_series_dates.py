"""The dates of a series: vectors of others' suites, the clocks' changes, additions and removals."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import BadInput
from sessiontui.domain.recurrence import Pattern, until_before, wall_of
from sessiontui.services.series.dates import slots, walls

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "06_ical"
ZONES = ["Europe/Madrid", "America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Asia/Tehran"]

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
RULES = ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=-1FR"]


def vectors(name: str) -> list[dict[str, object]]:
    path = VECTORS / name
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def wall(text: str) -> datetime:
    bare = text.removesuffix("Z")
    return datetime.strptime(bare, "%Y%m%dT%H%M%S" if "T" in bare else "%Y%m%d")  # noqa: DTZ007


def series(rule: str, starts: str = "20260505T180000", zone: str = "Europe/Madrid", **more: object) -> Pattern:
    return Pattern(
        **{"starts": wall(starts), "length": timedelta(hours=1), "zone": ZoneInfo(zone), "rule": rule, **more}
    )


def given_by(rule: str, starts: str, number: int) -> list[datetime]:
    """What the rule gives, without the first date where the rule alone would not give it."""
    pattern = series(rule, starts, "UTC")
    return list(islice(walls(pattern), number + 2))


@pytest.mark.parametrize("vector", vectors("rrule_vectors_dateutil.jsonl"), ids=lambda v: str(v["name"]))
def test_vectors_of_dateutil(vector: dict[str, object]):
    expected = [wall(text) for text in vector["instances"]]
    found = given_by(str(vector["rrule"]), str(vector["dtstart"]), len(expected))
    # There the first date does not count unless the rule gives it; a series always takes place on its first date.
    if wall(str(vector["dtstart"])) not in expected:
        assert found.pop(0) == wall(str(vector["dtstart"]))
    assert found[: len(expected) + 1] == expected


@pytest.mark.parametrize("vector", vectors("rrule_vectors_libical.jsonl"), ids=lambda v: str(v["id"]))
def test_vectors_of_libical(vector: dict[str, object]):
    rule, starts = str(vector["rrule"]), str(vector["dtstart"])
    if "T" not in starts:  # an all-day series has no hours that a rule could set
        rule = ";".join(part for part in rule.split(";") if not part.startswith(("BYHOUR", "BYMINUTE", "BYSECOND")))
    expected = [wall(text) for text in vector["instances"]]
    found = given_by(rule, starts, len(expected))
    if not vector["dateutil_2_9_agrees"] and "BYWEEKNO" in rule:
        return  # read as the whole week here, as dateutil does, and as the first date's weekday there
    if wall(starts) not in expected:
        found.remove(wall(starts))
    assert found[: len(expected)] == expected
    if "COUNT" in rule or "UNTIL" in rule:
        assert len(found) == len(expected)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 2, 9, 18, 23])
def test_the_hour_stays_over_both_changes_of_the_clocks(zone: str, hour: int):
    pattern = series("FREQ=WEEKLY", f"20260107T{hour:02d}0000", zone)
    found = slots(pattern, since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2027, 1, 6, tzinfo=UTC))
    assert len(found) in (52, 53)
    assert {wall_of(slot.starts_at, ZoneInfo(zone)).hour for slot in found} == {hour}
    assert {slot.ends_at - slot.starts_at for slot in found} == {timedelta(hours=1)}


def test_a_skipped_hour_moves_that_date_alone():
    found = slots(
        series("FREQ=DAILY;COUNT=3", "20260328T023000"),
        since=datetime(2026, 1, 1, tzinfo=UTC),
        until=datetime(2027, 1, 1, tzinfo=UTC),
    )
    shown = [wall_of(slot.starts_at, ZoneInfo("Europe/Madrid")) for slot in found]
    assert [f"{at:%d %H:%M}" for at in shown] == ["28 02:30", "29 03:30", "30 02:30"]
    assert [f"{slot.wall:%d %H:%M}" for slot in found] == ["28 02:30", "29 02:30", "30 02:30"]


def test_dates_are_added_and_taken_out():
    first, second = wall("20260505T180000"), wall("20260512T180000")
    extra = wall("20260507T100000")
    pattern = series("FREQ=WEEKLY;COUNT=3", added=(extra, extra, second), excluded=frozenset({first}))
    assert list(walls(pattern)) == [extra, second, wall("20260519T180000")]


def test_the_first_date_counts_though_the_rule_would_not_give_it():
    pattern = series("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "20260505T180000")
    assert [f"{at:%a %d}" for at in walls(pattern)] == ["Tue 05", "Mon 11", "Mon 18"]


def test_numbered_days_beside_days_that_are_not():
    monthly = [f"{at:%b %d}" for at in walls(series("FREQ=MONTHLY;BYDAY=3MO,WE;COUNT=6", "20260506T180000"))]
    assert monthly == ["May 06", "May 13", "May 18", "May 20", "May 27", "Jun 03"]
    yearly = list(walls(series("FREQ=YEARLY;BYDAY=1MO,SU;COUNT=60", "20260104T180000")))
    assert [f"{at:%a %j}" for at in yearly[:3]] == ["Sun 004", "Mon 005", "Sun 011"]
    assert sum(at.strftime("%a") == "Sun" and at.year == 2026 for at in yearly) == 52


def test_cut_off_rules_end_just_before():
    rule = until_before("FREQ=WEEKLY;COUNT=30", wall("20260602T180000"), ZoneInfo("Europe/Madrid"))
    assert list(walls(series(rule)))[-1] == wall("20260526T180000")


def test_a_rule_by_the_second_is_no_rule_of_sessions():
    since = datetime(2026, 6, 1, tzinfo=UTC)
    with pytest.raises(BadInput, match="too many dates"):
        slots(series("FREQ=SECONDLY"), since=since, until=since + timedelta(days=1))


def test_never_more_than_the_most():
    assert (
        len(
            slots(
                series("FREQ=DAILY"), since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2056, 1, 1, tzinfo=UTC)
            )
        )
        == 1000
    )


@given(
    rule=st.sampled_from(
        ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=-1FR"]
    ),
    zone=st.sampled_from(ZONES),
    cut=st.integers(1, 200),
)
def test_a_window_is_the_sum_of_its_parts(rule: str, zone: str, cut: int):
    pattern = series(rule, zone=zone)
    since, until = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    between = since + timedelta(days=cut, hours=cut % 24)
    whole = slots(pattern, since=since, until=until)
    assert whole == slots(pattern, since=since, until=between) + slots(pattern, since=between, until=until)
    assert whole == sorted(whole, key=lambda slot: slot.wall)
