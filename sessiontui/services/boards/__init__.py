"""What people see of sessions: a window of the desk now or in the past, one session whole, and what has changed.

Each is loaded when it is first asked for: the first rows of a console wait for nothing else.
"""

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.services.boards.asking import board
    from sessiontui.services.boards.drawing import lines
    from sessiontui.services.boards.everything import listing
    from sessiontui.services.boards.finding import find
    from sessiontui.services.boards.following import Stir, changed, coming, pulse, stirring
    from sessiontui.services.boards.inside import detail, trail
    from sessiontui.services.boards.judging import Judged, judged
    from sessiontui.services.boards.pages import Page, page
    from sessiontui.services.boards.past import subjects

__all__ = [
    "Judged",
    "Page",
    "Stir",
    "board",
    "changed",
    "coming",
    "detail",
    "find",
    "judged",
    "lines",
    "listing",
    "page",
    "pulse",
    "stirring",
    "subjects",
    "trail",
]

__getattr__ = lazily(
    __name__,
    {
        "Judged": "judging",
        "Page": "pages",
        "Stir": "following",
        "board": "asking",
        "changed": "following",
        "coming": "following",
        "detail": "inside",
        "find": "finding",
        "judged": "judging",
        "lines": "drawing",
        "listing": "everything",
        "page": "pages",
        "pulse": "following",
        "stirring": "following",
        "subjects": "past",
        "trail": "inside",
    },
)
