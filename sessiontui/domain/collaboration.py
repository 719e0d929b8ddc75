"""Who else works on a session: what each of them may do there."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CollaboratorRole(StrEnum):
    """What somebody is in one session, beside its author and its host.

    An owner may do what the author may. A collaborator may change what stands in the session, but not who else works
    on it. A viewer may read all of it, also while it is a draft, and change nothing.
    """

    OWNER = "owner"
    COLLABORATOR = "collaborator"
    VIEWER = "viewer"

    @property
    def words(self) -> str:
        """What it means, as people read it.

        >>> CollaboratorRole.VIEWER.words
        'reads everything in it, changes nothing'
        """
        return _WORDS[self]

    @property
    def article(self) -> str:
        """The word with its article.

        >>> CollaboratorRole.OWNER.article
        'an owner'
        """
        return f"{'an' if self[0] in 'aeiou' else 'a'} {self}"


_WORDS: Final = {
    CollaboratorRole.OWNER: "does what its author may, and says who works on it",
    CollaboratorRole.COLLABORATOR: "changes everything in it, but not who works on it",
    CollaboratorRole.VIEWER: "reads everything in it, changes nothing",
}
