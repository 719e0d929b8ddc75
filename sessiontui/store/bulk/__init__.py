"""Many sessions at once: sessions that are there are copied with all that happened in them, moved in time.

What follows from a history is derived once, by the rules, when its original is written. A copy takes that answer
over, moved as far as the history was: this holds where nothing of the answer depends on the present, and only such
sessions are originals. Everything is written by few statements over many rows, and what can be built from the rows
is built after them: a million sessions take less than two minutes.
"""

from sessiontui.store.bulk.choosing import Original, Originals, originals
from sessiontui.store.bulk.copies import Circle, Copy, add_people
from sessiontui.store.bulk.printing import copy_sessions

__all__ = ["Circle", "Copy", "Original", "Originals", "add_people", "copy_sessions", "originals"]
