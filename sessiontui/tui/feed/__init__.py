"""The feed: it hears of every commit, asks again only for what is seen, and never shows an older answer.

Three things make it ask. A commit, of which ``data_version`` tells in microseconds: the sessions that it changed are
judged by their ids alone, and the window is read only where one of them came into it, left it or moved in it; the
counts are kept by the database. The second that passes: of the rows in view those are derived anew that time has
changed, so that no status is late on the screen. And, now and then, the window as such, because a view such as Now
holds other sessions as time goes by. Of a window only those rows are read that something was committed about, save
once in a minute.

A few changes are shown at the next look. When they come in numbers they are gathered for a second, and the order of
the rows stays for some: nobody could read faster, and five consoles must not cost what the work costs.

``asking`` holds the feed itself, ``changes`` what was committed and is not shown yet, ``passing`` which rows the time
alone changes, ``rest`` the pauses between two looks, ``standing`` whether the rows of a window still stand right,
``taken`` what is asked, told and posted.
"""

from sessiontui.tui.feed.asking import PULSE_EVERY, Feed
from sessiontui.tui.feed.changes import Heard
from sessiontui.tui.feed.taken import (
    BoardFailed,
    BoardTaken,
    LinesTaken,
    QueryRefused,
    Question,
)

__all__ = [
    "PULSE_EVERY",
    "BoardFailed",
    "BoardTaken",
    "Feed",
    "Heard",
    "LinesTaken",
    "QueryRefused",
    "Question",
]
