"""A workshop: a private copy of what a large import touches, in which it is done before anybody else sees anything.

The people and the sessions that the files may be about are copied, with all that belongs to them, into a database
that has no name and vanishes with its connection. There the rules are applied, as long as it takes, and nobody waits.
The delivery is one short transaction: new rows move over under the next free ids, changed ones take the place of the
old. If a session or a person was changed meanwhile, ``Overtaken`` says so before anything is written, and the import
is done again on what is true now. Whoever is killed or cancelled before the delivery leaves nothing behind.
"""

from sessiontui.store.workshop.delivering import Delivered, Overtaken
from sessiontui.store.workshop.parts import STATED
from sessiontui.store.workshop.shop import Unsuited, Workshop
from sessiontui.store.workshop.wanted import Wanted

__all__ = ["STATED", "Delivered", "Overtaken", "Unsuited", "Wanted", "Workshop"]
