"""What people see of sessions: a window of the desk now or in the past, one session whole, and what has changed."""

from sessiontui.services.boards.asking import board, listing
from sessiontui.services.boards.drawing import lines
from sessiontui.services.boards.finding import find
from sessiontui.services.boards.following import changed, due, pulse
from sessiontui.services.boards.inside import detail, trail
from sessiontui.services.boards.past import subjects

__all__ = ["board", "changed", "detail", "due", "find", "lines", "listing", "pulse", "subjects", "trail"]
