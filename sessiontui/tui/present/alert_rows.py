"""Which rows the table of alerts has: what presses first, and a rule with many as one row that can be opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sessiontui.domain.alerts.words import LEVELS, AlertState
from sessiontui.services.pictures import AlertBoard, AlertGroup, AlertLine
from sessiontui.tui.present.alerts import group_row, row
from sessiontui.tui.present.columns import Row, RowKey
from sessiontui.tui.present.look import Look

GROUPED: Final = 12
"""Alerts of one rule and severity that are still told one by one; more become one row."""


def arranged(
    board: AlertBoard, opened: frozenset[str], look: Look, *, keys: Callable[[AlertLine], str] = lambda line: ""
) -> tuple[list[Row], dict[RowKey, AlertLine | AlertGroup]]:
    """Return the rows of a board and what each stands for: what presses first, by severity and then by age.

    Alerts that somebody has, or that are put off, stand below. A rule with many is one row, opened or not. ``keys``
    returns those that help against an alert.
    """
    now = board.taken_at
    storms = {group.key: group for group in board.groups if group.number > GROUPED}
    entries: list[tuple[tuple[int, int, float, int], AlertLine | AlertGroup]] = [
        ((int(not group.pressing), LEVELS.index(group.severity), group.oldest_at.timestamp(), 0), group)
        for group in storms.values()
    ]
    members: dict[str, list[AlertLine]] = {key: [] for key in storms}
    for line in board.lines:
        place = dict(line.facts).get("platform", "") if line.rule == "unstable" else ""
        key = f"{line.severity}:{line.rule}:{place}"
        if key in storms:
            members[key].append(line)
            continue
        taken = int(line.state is not AlertState.OPEN)
        entries.append(((taken, LEVELS.index(line.severity), line.opened_at.timestamp(), line.id), line))
    rows: list[Row] = []
    there: dict[RowKey, AlertLine | AlertGroup] = {}
    for _, entry in sorted(entries, key=lambda one: one[0]):
        if isinstance(entry, AlertLine):
            rows.append(row(entry, now, look, keys=keys(entry)))
            there[entry.id] = entry
            continue
        is_open = entry.key in opened
        rows.append(group_row(entry, now, look, is_open=is_open))
        there[entry.key] = entry
        for line in members[entry.key] if is_open else ():
            rows.append(row(line, now, look, inside=True, keys=keys(line)))
            there[line.id] = line
    return rows, there
