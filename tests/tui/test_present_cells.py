"""The cells: what each present function says, in Unicode and in ASCII."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain.signs import SIGNS
from sessiontui.domain.vocabulary import Badge, Priority, Status
from sessiontui.services.pictures import HealthPart, JobLine
from sessiontui.tui.present import bars, people, pictures, sheets, status, timeline, times, told
from sessiontui.tui.present import health as health_cells
from sessiontui.tui.present.line import COLUMNS, cells
from sessiontui.tui.present.look import Look, content, fitted, outside
from tests.tui.desk_fakes import MINUTE, NOW, detail_of, every_status, health, line

LOOK = Look(zone=ZoneInfo("Europe/Madrid"))
PLAIN = Look(ascii=True, zone=ZoneInfo("Europe/Madrid"))


def test_every_status_has_glyph_word_and_colour() -> None:
    for each in Status:
        shown = content(told.status_words(line(status=each), LOOK))
        assert shown.plain == f"{SIGNS[each].glyph} {SIGNS[each].word}"
        assert any(status.style_of(each) in str(span.style) for span in shown.spans)
        assert content(told.status_words(line(status=each), PLAIN)).plain.isascii()
        assert shown.cell_length <= status.STATUS_WIDTH


def test_one_request_is_one_request() -> None:
    (first, *_) = [cell for _, cell in status.counts({Status.HAS_REQUESTS: 1}, LOOK, 120) if "≡" in cell.plain]
    assert first.plain == "≡ 1 request"
    (first, *_) = [cell for _, cell in status.counts({Status.HAS_REQUESTS: 2}, LOOK, 120) if "≡" in cell.plain]
    assert first.plain == "≡ 2 requests"


def test_glyphs_tell_statuses_apart_without_colour() -> None:
    for look in (LOOK, PLAIN):
        assert len({status.glyph(each, look).plain for each in Status}) == len(Status)


def test_a_provisional_end_is_in_doubt() -> None:
    assert (
        content(told.status_words(line(status=Status.ENDED_COMPLETE, provisional=True), LOOK)).plain == "✓ Complete?"
    )


def test_stage_lights_the_current_step() -> None:
    assert status.stage(4, Status.ACTIVE, LOOK).plain == "created─requests─approved─upcoming─[live]─ended"
    assert status.stage(0, Status.CREATED, PLAIN).plain == "[created]-requests-approved-upcoming-live-ended"


@pytest.mark.parametrize("width", [10, 20, 30, 40, 60])
def test_stage_fits_where_there_is_room_for_it(width: int) -> None:
    shown = status.stage(5, Status.ENDED_EARLY, LOOK, width)
    assert shown.cell_length <= max(width, len("[ended] 6 of 6"))
    assert "end" in shown.plain


def test_counts_keep_what_presses_and_give_words_away_from_the_end() -> None:
    by_status = {Status.WAITING: 2, Status.ENDED_NO_SHOW: 3, Status.CREATED: 31}
    wide = [content.plain for _, content in status.counts(by_status, LOOK, 120)]
    assert wide[0] == "! 2 waiting"
    assert "✕ 3 no show" in wide
    for width in range(4, 80):
        shown = status.counts(by_status, LOOK, width)
        assert len("  ".join(cell.plain for _, cell in shown)) <= width
        assert not shown or shown[0][0] is Status.WAITING


def test_zero_is_news_for_what_presses_only() -> None:
    shown = [each for each, _ in status.counts({}, LOOK, 120)]
    assert shown == [Status.WAITING, Status.UPCOMING, Status.ACTIVE, Status.PAUSED]


@pytest.mark.parametrize(
    ("changes", "short", "wide"),
    [
        ({}, "−4 min", "−4 min"),
        ({"status": Status.UPCOMING, "starts_at": NOW + 12 * MINUTE}, "12 min", "in 12 min"),
        ({"status": Status.ACTIVE, "starts_at": NOW - 40 * MINUTE, "actual": 25 * MINUTE}, "25/60", "25/60 min"),
        ({"status": Status.PAUSED, "actual": 25 * MINUTE}, "25/60", "25/60 min"),
        ({"status": Status.ENDED_COMPLETE, "starts_at": NOW - 24 * 60 * MINUTE}, "Sun 16:02", "yesterday 16:02"),
        ({"status": Status.CREATED, "starts_at": NOW + 26 * 60 * MINUTE}, "Tue 18:02", "tomorrow 18:02"),
        ({"status": Status.CREATED, "starts_at": NOW + 3 * 60 * MINUTE}, "19:02", "19:02"),
        ({"status": Status.APPROVED, "starts_at": NOW + timedelta(days=20)}, "24 May", "24 May 16:02"),
        ({"status": Status.APPROVED, "starts_at": NOW + timedelta(days=400)}, "Jun 2027", "8 Jun 2027"),
    ],
)
def test_a_start_is_told_short_and_wide(changes: dict[str, object], short: str, wide: str) -> None:
    assert content(told.starts_words(line(**changes), NOW, LOOK)).plain == short
    assert content(told.starts_words(line(**changes), NOW, LOOK, wide=True)).plain == wide


def test_starts_fit_their_columns() -> None:
    widths = [column.width for column in COLUMNS if column.key == "start"]
    for each in every_status():
        assert content(told.starts_words(each, NOW, LOOK)).cell_length <= widths[0]
        assert content(told.starts_words(each, NOW, LOOK, wide=True)).cell_length <= widths[1]


def test_lateness_in_ascii_has_a_plain_minus() -> None:
    assert content(told.starts_words(line(), NOW, PLAIN)).plain == "-4 min"


def test_a_window_over_midnight_names_both_days() -> None:
    assert times.window(NOW, NOW + timedelta(hours=12), ZoneInfo("UTC")) == "Mon 4 May 2026, 14:02–Tue 02:02 UTC"


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "0/3"),
        ({"status": Status.UPCOMING, "approved": 2}, "2/8"),
        ({"status": Status.APPROVED, "approved": 2, "capacity": 0}, "2"),
        ({"status": Status.ACTIVE, "active": 2}, "2 here"),
        ({"status": Status.ENDED_COMPLETE, "left": 5, "approved": 6}, "5/6"),
        ({"status": Status.ENDED_COMPLETE, "left": 5, "approved": 0}, "5"),
    ],
)
def test_people_are_counted_as_their_session_stands(changes: dict[str, object], shown: str) -> None:
    assert content(told.people_words(line(**changes))).plain == shown


def test_the_most_pressing_badge_is_the_signal() -> None:
    badges = (Badge.APPROXIMATE, Badge.PENDING, Badge.NO_HOST)
    assert content(told.signal_words(line(badges=badges))).plain == "No host +2"
    assert content(told.signal_words(line(badges=badges), short=True)).plain == "No host"


def test_without_badges_the_status_has_its_own_signal() -> None:
    assert content(told.signal_words(line())).plain == "No one"
    assert content(told.signal_words(line(status=Status.HAS_REQUESTS, pending=3))).plain == "3 pending"
    assert content(told.signal_words(line(status=Status.ENDED_EARLY, actual=25 * MINUTE))).plain == "25/60 min"


def test_a_badge_that_repeats_the_status_is_no_signal() -> None:
    assert content(told.signal_words(line(status=Status.ENDED_NO_SHOW, badges=(Badge.NO_SHOW,)))).plain == ""


def test_every_badge_has_a_place_and_a_meaning() -> None:
    assert set(people.PRESSING) == set(Badge) == set(people.MEANINGS)


def test_bars_share_one_scale() -> None:
    shown = bars.durations(line(actual=30 * MINUTE, together=15 * MINUTE, efficiency=0.5), LOOK, 60).plain
    lengths = [row.count("█") for row in shown.split("\n")[:3]]
    assert lengths[0] == 2 * lengths[1] == 4 * lengths[2]
    assert "30/60 minutes, 50 %" in shown


def test_together_that_is_unknown_has_no_bar() -> None:
    shown = bars.durations(line(actual=30 * MINUTE, together=None), PLAIN, 60).plain
    assert "Together" not in shown
    assert shown.isascii()


def test_the_timeline_has_a_line_for_each_person_hosts_first() -> None:
    detail = detail_of(line(status=Status.ACTIVE, active=2, left=1, starts_at=NOW - 25 * MINUTE))
    rows = timeline.timeline(detail, LOOK, 70).plain.split("\n")
    assert [row.split("  ")[0].strip("?… ")[:3] for row in rows[2:6]] == ["Dr", "Ana", "Bar", "iPh"] or rows[
        2
    ].startswith("Dr Lee")
    assert "28 min●" in rows[2]
    assert rows[4].startswith("Bart")
    assert rows[5].startswith("? iPhone")


def test_the_timeline_in_ascii() -> None:
    detail = detail_of(line(status=Status.ACTIVE, active=2, left=1, starts_at=NOW - 25 * MINUTE))
    shown = timeline.timeline(detail, PLAIN, 70).plain
    assert shown.isascii()
    assert "####" in shown
    assert ">" in shown


@pytest.mark.parametrize("width", [8, 20, 33, 80, 200])
def test_the_timeline_keeps_to_its_width(width: int) -> None:
    detail = detail_of(line(status=Status.ACTIVE, active=2, left=1, starts_at=NOW - 25 * MINUTE))
    rows = timeline.timeline(detail, LOOK, width).split("\n")
    assert max(row.cell_length for row in rows[:-1]) <= max(width, 24)


def test_a_session_nobody_came_to_says_so() -> None:
    assert "Nobody has been seen" in timeline.timeline(detail_of(line()), LOOK, 60).plain


def test_the_heading_has_status_stage_and_why() -> None:
    shown = sheets.heading(line(), 4, LOOK, 60).plain.split("\n")
    assert shown == [
        "! Waiting  4 min past start, nobody joined",
        "created─requests─approved─upcoming─[live]─ended",
        "Why: started 13:58, no guest present (3 approved)",
    ]


def test_the_overview_has_both_clocks_and_the_mentors_own() -> None:
    shown = sheets.overview(detail_of(line(badges=(Badge.AT_RISK,))), LOOK, 80).plain
    assert "15:58–16:58 Madrid" in shown
    assert "13:58–14:58 UTC" in shown
    assert "10:02 for them in New York" in shown
    assert "At risk  likely that nobody comes" in shown


def test_the_overview_in_utc_says_it_once() -> None:
    shown = sheets.overview(detail_of(line()), Look(), 80).plain
    assert shown.count("13:58–14:58 UTC") == 1


def test_facts_wrap_beside_their_label() -> None:
    rows = sheets.facts([("Tags", outside("one two three four five"))], 20).plain.split("\n")
    assert rows[0].startswith("Tags")
    assert all(row.startswith(" " * sheets.LABEL_WIDTH) for row in rows[1:])
    assert max(map(len, rows)) <= 20


def test_requests_say_who_decided() -> None:
    waiting, approved, rejected = detail_of(line()).requests
    assert sheets.request_cells(waiting, NOW, LOOK)[0].plain == "≡ pending"
    assert sheets.request_cells(approved, NOW, LOOK)[3].plain == "Sun 08:22 Amara"
    assert "second time without coming" in sheets.request_said(rejected, NOW, LOOK, 60).plain


def test_history_says_what_was_undone() -> None:
    shown = sheets.history(detail_of(line()).history, NOW, LOOK, 80).plain
    assert "Amara  Extended to 15:10. — started late" in shown
    assert shown.rstrip().endswith("undone")


def test_no_leader_comes_before_any_score() -> None:
    assert health_cells.strip(health()).plain == "health 96 excellent"
    assert health_cells.strip(health(leader="")).plain.startswith("no worker")
    assert health_cells.strip(None).plain == "health ?"


@pytest.mark.parametrize(("score", "said"), [(50, "dead letters "), (39, "mail stuck "), (65, "")])
def test_one_dead_letter_is_not_told_as_if_all_mail_were_dead(score: int, said: str) -> None:
    of = replace(health(), parts=(HealthPart(name="outbox", score=score, fact=""),))
    assert health_cells.strip(of).plain == f"{said}health 96 excellent"


def test_a_failing_job_shows_its_error() -> None:
    tick, sweep, backup = health().jobs
    assert health_cells.job_cells(tick, NOW, LOOK)[0].plain == "✓ fine"
    assert health_cells.job_cells(sweep, NOW, LOOK)[-1].plain == "database is locked"
    assert [cell.plain for cell in health_cells.job_cells(backup, NOW, PLAIN)][:4] == [
        "= paused",
        "backup",
        "1 d",
        "never",
    ]


def test_turns_in_which_a_job_found_nothing_are_not_taken_for_missed_ones() -> None:
    tick = replace(health().jobs[0], last_at=NOW - timedelta(seconds=42), next_at=NOW - timedelta(seconds=41))

    def said(job: JobLine, **led: bool) -> tuple[str, str]:
        cells = health_cells.job_cells(job, NOW, LOOK, **led)
        return cells[3].plain, cells[5].plain

    assert said(tick) == ("this minute", "soon")
    assert said(tick, is_led=False) == ("42 s ago", "now")
    assert said(replace(tick, last_at=NOW - timedelta(minutes=3))) == ("3 min ago", "now")
    assert said(replace(tick, paused=True))[0] == "42 s ago"


def test_a_history_names_who_did_it_once() -> None:
    (first, *_) = detail_of(line()).history
    asked = replace(first, by="Ana", sentence="Ana asked to join Grief circle", reason="", undone=False)
    assert sheets.history((asked,), NOW, LOOK, 80).plain.endswith("Ana  asked to join Grief circle")


def test_the_three_pictures_differ() -> None:
    from sessiontui.services.pictures import Board

    shown = {
        pictures.loading(LOOK).plain,
        pictures.empty(Board(taken_at=NOW), LOOK, home=True).plain,
        pictures.empty(Board(taken_at=NOW, total=5), LOOK, home=True).plain,
        pictures.empty(Board(taken_at=NOW, total=5), LOOK, home=False).plain,
        pictures.failed("no", "do", LOOK).plain,
    }
    assert len(shown) == 5
    assert pictures.empty(Board(taken_at=NOW), PLAIN, home=True).plain.isascii()


def test_a_row_has_a_cell_for_every_column() -> None:
    for each in every_status():
        assert len(cells(each, NOW, LOOK)) == len(COLUMNS)


def test_an_urgent_session_says_so_and_an_untitled_one_has_its_number() -> None:
    assert cells(line(priority=Priority.URGENT), NOW, LOOK)[2].plain == "urgent Grief circle"
    assert cells(line(title=" "), NOW, LOOK)[2].plain == "session #4711"


@pytest.mark.parametrize("text", ["Grief circle", "日本語のセッション", "👩‍👩‍👧 family", "", "a"])
@pytest.mark.parametrize("width", [0, 1, 2, 5, 9, 30])
def test_fitted_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    assert fitted(outside(text), width, LOOK).cell_length == width


def test_text_from_outside_is_never_markup() -> None:
    assert outside("[@click=app.quit]Anna[/]").plain == "[@click=app.quit]Anna[/]"
    assert outside("[@click=app.quit]Anna[/]").spans == []


def test_nothing_of_the_products_own_leaves_ascii() -> None:
    for each in every_status():
        session = line(**{name: getattr(each, name) for name in ("status", "badges", "starts_at", "actual", "left")})
        detail = detail_of(session)
        shown = [cell.plain for cell in cells(session, NOW, PLAIN)]
        shown += [sheets.overview(detail, PLAIN, 60).plain, sheets.heading(session, 3, PLAIN, 60).plain]
        shown += [sheets.history(detail.history, NOW, PLAIN, 60).plain, timeline.timeline(detail, PLAIN, 60).plain]
        assert all(text.isascii() for text in shown), [text for text in shown if not text.isascii()]
