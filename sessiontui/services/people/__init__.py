"""People: who they are, what is known of each, and what becomes of duplicates and of those who want to be forgotten.

What more than a list and a form needs is imported where it is used: most processes never ask for it.
"""

from sessiontui.services.people.knowing import ANYONE, add, edit, everyone, find, identify, insert, line_of

__all__ = ["ANYONE", "add", "edit", "everyone", "find", "identify", "insert", "line_of"]
