"""Screen 2: the worst and oldest on top, storms in one line, keys that act right there, and a calm empty picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from textual.pilot import Pilot
from textual.widgets import Static

from sessiontui.domain.alerts import AlertRule, AlertState
from sessiontui.domain.vocabulary import Severity
from sessiontui.runtime.port import ConsolePort
from sessiontui.runtime.settings import Display
from sessiontui.services import ticking
from sessiontui.services.alerts import boards as alert_boards
from sessiontui.services.pictures import AlertBoard, AlertCounts, AlertGroup, AlertLine
from sessiontui.tui.app import ConsoleApp
from sessiontui.tui.herald import Herald, title_of
from sessiontui.tui.present.alert_rows import arranged
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.severity import count_cell, of_session
from sessiontui.tui.screens.alerts import AlertsScreen
from sessiontui.tui.widgets.sheet import Sheet
from tests.conftest import NOON, Stage
from tests.services.test_alerts import MIN, START, scheduled, storm
from tests.tui.at_rest import at_rest

NOW = START + 12 * MIN
LOOK = Look()


def alert(number: int, severity: Severity, minutes: int, **changes: object) -> AlertLine:
    values: dict[str, object] = {
        "id": number, "rule": AlertRule.NOBODY_JOINED, "severity": severity, "session_id": number, "title": "x",
        "subject": f"Session {number}", "opened_at": NOON - timedelta(minutes=minutes),
    }  # fmt: skip
    return AlertLine(**{**values, **changes})  # type: ignore[arg-type]


def test_what_presses_stands_by_severity_then_age_and_what_is_taken_below():
    lines = (
        alert(1, Severity.WARNING, 5), alert(2, Severity.WARNING, 50), alert(3, Severity.CRITICAL, 1),
        alert(4, Severity.CRITICAL, 90, state=AlertState.ACKNOWLEDGED, acknowledged_by="Bob", acknowledged_at=NOON),
        alert(5, Severity.NOTICE, 900),
    )  # fmt: skip
    rows, _ = arranged(AlertBoard(taken_at=NOON, lines=lines), frozenset(), LOOK)
    assert [row.key for row in rows] == [3, 2, 1, 5, 4]
    assert rows[-1].cells[6].plain == "Bob 12:00"


def test_the_pane_of_a_session_says_who_has_its_alert_in_hand():
    taken = alert(4, Severity.WARNING, 9, state=AlertState.ACKNOWLEDGED, acknowledged_by="Bob", acknowledged_at=NOON)
    assert of_session(taken, NOON, LOOK).plain.endswith("; in hand: Bob 12:00")


def test_a_storm_is_one_row_until_it_is_opened():
    lines = tuple(alert(number, Severity.WARNING, number) for number in range(1, 31))
    group = AlertGroup(
        rule=AlertRule.NOBODY_JOINED, severity=Severity.WARNING, number=10_000, pressing=9_990,
        oldest_at=NOON - 40 * MIN,
    )  # fmt: skip
    board = AlertBoard(taken_at=NOON, lines=(*lines, alert(99, Severity.CRITICAL, 1)), groups=(group,))
    rows, entries = arranged(board, frozenset(), LOOK)
    assert [row.key for row in rows] == [99, group.key]
    assert rows[1].cells[3].plain == "10 000 sessions"
    assert rows[1].cells[6].plain == "10 in hand"
    assert entries[group.key] is group
    rows, _ = arranged(board, frozenset({group.key}), LOOK)
    assert len(rows) == 2 + 30
    assert rows[2].cells[2].plain.startswith("  ")


def test_the_count_in_the_header_is_that_of_what_presses_and_hidden_without():
    counts = AlertCounts(open={Severity.WARNING: 4}, pressing={Severity.WARNING: 3})
    assert count_cell(counts, LOOK).plain == "⚠ 3 alerts"
    assert count_cell(counts, Look(ascii=True)).plain == "!! 3 alerts"
    assert count_cell(AlertCounts(open={Severity.WARNING: 4}), LOOK).plain == ""
    assert count_cell(None, LOOK).plain == ""


class Heard:
    """A terminal that remembers what it was told."""

    def __init__(self) -> None:
        self.rung, self.written = 0, ""
        self._driver = self

    def bell(self) -> None:
        self.rung += 1

    def write(self, text: str) -> None:
        self.written += text


def test_the_bell_rings_for_new_critical_alerts_alone_and_the_title_carries_a_number():
    one = AlertCounts(pressing={Severity.CRITICAL: 1, Severity.WARNING: 2})
    heard, herald = Heard(), Herald(bell=True, title=True)
    for before, after in ((None, one), (one, one), (one, AlertCounts())):
        herald.tell(heard, before, after)  # type: ignore[arg-type]
    herald.leave(heard)  # type: ignore[arg-type]
    assert heard.rung == 1
    assert title_of(one) == "(3 alerts, 1 critical) sessiontui"
    assert heard.written.count("\x1b]2;") == 2
    assert heard.written.endswith("\x1b[23;2t")
    quiet = Heard()
    Herald().tell(quiet, None, one)  # type: ignore[arg-type]
    assert (quiet.rung, quiet.written) == (0, "")


@asynccontextmanager
async def opened(
    stage: Stage, now: datetime, *, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[ConsoleApp, AlertsScreen, Pilot[None]]]:
    await ticking.tick(stage.context, at=now)
    port = ConsolePort(stage.context, stage.root, display=Display(), clock=lambda: now)
    port.settled.set()
    app = ConsoleApp(port, interval=None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        assert isinstance(app.screen, AlertsScreen)
        yield app, app.screen, pilot


async def settle(pilot: Pilot[None]) -> None:
    await at_rest(pilot)


def text(screen: AlertsScreen, place: str) -> str:
    return screen.query_one(place, Sheet).content_drawn.plain


async def test_an_alert_says_why_and_its_keys_act_right_there(stage: Stage):
    await scheduled(stage, stage.ana, title="Grief \x1b[31mcircle")
    async with opened(stage, NOW) as (app, screen, pilot):
        assert [row.cells[2].plain for row in screen.table.rows] == ["Nobody joined"]
        assert "waiting 12 min, 1 approved, nobody came" in text(screen, "#heading")
        assert "\x1b" not in text(screen, "#facts")
        assert "r remind" in text(screen, "#next")
        assert "X cancel" in text(screen, "#next")
        scene = screen.scene()
        assert scene.line is not None
        assert [line.id for line in scene.alerts] == [1]
        await pilot.press("A")
        await settle(pilot)
        assert screen.table.rows[0].cells[6].plain == "Root 15:12"
        assert "Root has it" in text(screen, "#facts")
        await pilot.press("z")
        await settle(pilot)
        assert screen.table.rows[0].cells[6].plain == "nobody"
        await pilot.press("B")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert screen.table.rows[0].cells[6].plain == "snoozed 15 min"
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen is app.desk


async def test_no_alert_is_a_calm_picture_that_can_be_trusted(stage: Stage):
    async with opened(stage, NOON) as (_, screen, _pilot):
        picture = str(screen.query_one("#picture", Static).render())
        assert "Nothing needs you" in picture
        assert "No alert was open within the last day." in picture


async def test_a_filter_narrows_and_escape_leaves_layer_by_layer(stage: Stage):
    await scheduled(stage, stage.ana)
    async with opened(stage, NOW, size=(80, 24)) as (app, screen, pilot):
        screen.set_query("alert:critical")
        await settle(pilot)
        assert len(screen.table.rows) == 0
        await pilot.press("escape")
        await settle(pilot)
        assert len(screen.table.rows) == 1
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is app.desk


async def test_a_whole_storm_is_taken_up_with_one_key_and_one_question(stage: Stage):
    await storm(stage, 40)
    async with opened(stage, NOW) as (_, screen, pilot):
        assert [row.cells[3].plain for row in screen.table.rows] == ["40 sessions"]
        await pilot.press("enter")
        await settle(pilot)
        assert len(screen.table.rows) == 41
        await pilot.press("A")
        await settle(pilot)
        await pilot.press("tab", "enter")
        await settle(pilot)
        counts = await alert_boards.open_counts(stage.context, now=NOW)
        assert (counts.total, counts.pressing_total) == (40, 0)
