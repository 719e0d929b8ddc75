"""Views from the command line: kept, listed, changed, forgotten; the words are those of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.cli.arguments import views as words
from sessiontui.store.reads.orders import ORDERS
from sessiontui.tui.present.told import COLUMNS

if TYPE_CHECKING:
    from tests.cli.conftest import Run


def test_the_orders_and_columns_are_those_of_the_desk() -> None:
    assert tuple(ORDERS) == words.ORDERS
    assert tuple(dict.fromkeys(column.key for column in COLUMNS)) == words.COLUMNS


def test_a_view_is_kept_shown_changed_and_forgotten(circle: Run) -> None:
    assert circle("views", "list").err == "0 views\n"
    added = circle(
        "views", "add", "Mine", "tag:grief", "-has:mentor", "--order", "start", "--columns", "title", "start"
    )
    assert (added.code, added.out) == (0, "kept the view Mine: v on the desk shows it\n"), added.err
    listed = circle("views", "list", "--json").json
    assert list(listed) == ["taken_at", "views"]
    whole = {"name": "Mine", "query": "tag:grief -has:mentor", "order": "start", "columns": ["title", "start"]}
    assert listed["views"] == [whole]
    query = circle("views", "show", "mine").out.strip()
    assert len(circle("list", *query.split(), "--json").json["sessions"]) == 1
    assert circle("views", "edit", "mine", "tag:grief").code == 0
    assert circle("views", "show", "Mine", "--json").json["order"] == "start"
    assert "tag:grief" in circle("views", "list").out
    assert circle("views", "remove", "Mine", "--json").json["view"]["query"] == "tag:grief"
    assert circle("views", "list", "--json").json["views"] == []


def test_what_cannot_be_kept_is_said(circle: Run) -> None:
    assert circle("views", "add", "Mine").code == 0
    again = circle("views", "add", "mine", "tag:x")
    assert (again.code, "there is a view Mine already" in again.err) == (1, True)
    assert circle("views", "add", "now").code == 1
    wrong = circle("views", "add", "Other", "statsu:x")
    assert (wrong.code, "did you mean status?" in wrong.err) == (2, True)
    assert circle("views", "edit", "Mine").code == 2
    assert circle("views", "show", "none").code == 1
    assert circle("views", "add", "Third", "--columns", "colour").code == 2
    assert circle("--read-only", "views", "remove", "Mine").code == 1
