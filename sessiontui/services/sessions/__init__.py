"""Sessions: made, edited, and moved through their life."""

from sessiontui.services.sessions.draft import MAX_CAPACITY, SessionDraft, SessionEdit, checked
from sessiontui.services.sessions.keeping import add_change, insert
from sessiontui.services.sessions.making import create, edit
from sessiontui.services.sessions.moving import LONGEST_EXTENSION, complete, move
from sessiontui.services.sessions.together import change

__all__ = [
    "LONGEST_EXTENSION",
    "MAX_CAPACITY",
    "SessionDraft",
    "SessionEdit",
    "add_change",
    "change",
    "checked",
    "complete",
    "create",
    "edit",
    "insert",
    "move",
]
