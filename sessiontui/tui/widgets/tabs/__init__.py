"""The tabs of the detail pane, one file each, in one registry.

A tab is added in three steps:

1. A file here with a subclass of ``DrawnTab`` (it draws a text for a width; the pane scrolls it) or of ``OwnTab`` (it
   brings a ``TabBody``, a widget with keys of its own, made when the tab is opened for the first time).
2. A member of ``Tab``, a line in ``_MAKERS``, both in the order of the pane, and the name in ``TAB_NAMES`` of
   ``tui.present.sketch``, which the first page paints before the toolkit is there.
3. What it shows is a field of ``SessionDetail``, read in ``services.boards.inside``. A tab whose reading is heavy
   asks for it itself, through its port, once its body is shown.

The number behind a name comes from ``number``; ``pressing`` tabs keep theirs longest where room is short.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from sessiontui.tui.widgets.tabs.durations import DurationsTab
from sessiontui.tui.widgets.tabs.files import FilesTab
from sessiontui.tui.widgets.tabs.history import HistoryTab
from sessiontui.tui.widgets.tabs.overview import OverviewTab
from sessiontui.tui.widgets.tabs.plan import PlanTab
from sessiontui.tui.widgets.tabs.presence import PresenceTab
from sessiontui.tui.widgets.tabs.requests import RequestsTab
from sessiontui.tui.widgets.tabs.tab import DrawnTab, OwnTab, Shown, TabBody
from sessiontui.tui.widgets.tabs.talk import TalkTab

__all__ = ["TABS", "DrawnTab", "OwnTab", "Shown", "Tab", "TabBody", "make_tabs"]


class Tab(StrEnum):
    """The tabs, in their order."""

    OVERVIEW = "Overview"
    REQUESTS = "Requests"
    PRESENCE = "Presence"
    DURATIONS = "Durations"
    PLAN = "Plan"
    TALK = "Talk"
    FILES = "Files"
    HISTORY = "History"


TABS: Final = tuple(Tab)

_MAKERS: Final[Mapping[Tab, Callable[[], DrawnTab | OwnTab]]] = {
    Tab.OVERVIEW: OverviewTab,
    Tab.REQUESTS: RequestsTab,
    Tab.PRESENCE: PresenceTab,
    Tab.DURATIONS: DurationsTab,
    Tab.PLAN: PlanTab,
    Tab.TALK: TalkTab,
    Tab.FILES: FilesTab,
    Tab.HISTORY: HistoryTab,
}


def make_tabs() -> Mapping[Tab, DrawnTab | OwnTab]:
    """Return the tabs of one pane."""
    return {tab: _MAKERS[tab]() for tab in TABS}
