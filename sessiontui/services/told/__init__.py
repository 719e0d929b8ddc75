"""How things are told as JSON: the shapes that the command line, the API and exports share."""

from sessiontui.services.told.whole import session_json

__all__ = ["session_json"]
