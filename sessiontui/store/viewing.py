"""Whose eyes a question is answered for: which sessions they may see, and whose presence in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.records import record

if TYPE_CHECKING:
    from sessiontui.store.reader import Value


@record(kw_only=True)
class Viewer:
    """Who looks: drafts of others are hidden from most, and so is who asked and came to what is not one's own."""

    person_id: int | None = None
    sees_drafts: bool = True
    sees_people: bool = True

    @property
    def own(self) -> tuple[str, tuple[Value, ...]]:
        """The condition under which a session ``s`` is one's own: hosted, authored, or worked on."""
        return _OWN, (self.person_id, self.person_id, self.person_id)

    @property
    def visible(self) -> tuple[str, tuple[Value, ...]]:
        """The condition under which a session ``s`` may be seen."""
        if self.sees_drafts:
            return "1", ()
        own, whose = self.own
        return f"(s.control != 'draft' OR {own})", whose

    def owns(self, *, author_id: int | None, mentor_id: int | None, shared: bool = False) -> bool:
        """Return whether a session of this author and mentor is one's own; ``shared`` says that one works on it."""
        return self.person_id is not None and (shared or self.person_id in (author_id, mentor_id))


def own_sessions(who: str = "?", *, reads: bool = False) -> str:
    """Return the query for the ids of one's own sessions: hosted, authored, or worked on.

    ``who`` stands for the person in it, three times. Who is a viewer of a session may do no more there than read:
    ``reads`` counts these as well.
    """
    role = "" if reads else " AND role != 'viewer'"
    return (
        f"SELECT id FROM session WHERE mentor_id = {who} UNION SELECT id FROM session WHERE author_id = {who}"
        f" UNION SELECT session_id FROM collaborator WHERE person_id = {who}{role}"
    )


_OWN: Final = (
    "(ifnull(s.author_id = ? OR s.mentor_id = ?, 0)"
    " OR EXISTS (SELECT 1 FROM collaborator k WHERE k.session_id = s.id AND k.person_id = ?))"
)

EVERYONE: Final = Viewer()
"""The eyes of those who may see everything."""
