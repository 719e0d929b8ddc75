"""What can go wrong, as one tree: every error says what happened, why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sessiontui.domain.editing.fields import FieldConflict


class SessiontuiError(Exception):
    """Base of all errors that a person is meant to read.

    ``title`` says what happened in a few words, ``detail`` why, ``hint`` what to do about it.
    """

    title = "Something went wrong"

    def __init__(self, detail: str = "", *, hint: str = "", title: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        if title is not None:
            self.title = title

    def __str__(self) -> str:
        text = f"{self.title}: {self.detail}" if self.detail else self.title
        return f"{text} ({self.hint})" if self.hint else text


class Refused(SessiontuiError):
    """A rule of the domain forbids it: a move from the wrong state, a full session, an ended history."""

    title = "Refused"


class NeedsConsent(Refused):
    """It can be done by whoever agrees to what the detail says: nothing was done yet."""

    title = "Asks first"


class NotAllowed(SessiontuiError):
    """The person has no right to it; ``action`` is what they wanted, of a session where it is about one.

    ``noted`` says that it stands in the audit trail already: whoever raises it may write it down, or leave that to
    the door through which the answer goes.
    """

    title = "Not allowed"

    def __init__(
        self,
        detail: str = "",
        *,
        hint: str = "",
        title: str | None = None,
        action: str = "",
        session_id: int | None = None,
    ) -> None:
        super().__init__(detail, hint=hint, title=title)
        self.action = action
        self.session_id = session_id
        self.noted = False


class NotFound(SessiontuiError):
    """There is no such thing, or it is not visible to the person."""

    title = "Not found"


class Conflict(SessiontuiError):
    """Someone else changed it first; the detail says who and when.

    ``fields`` are those that two changed in different ways, with both values, where that is known; ``version`` is
    the one that a decision about them has to name.
    """

    title = "Changed meanwhile"

    def __init__(
        self,
        detail: str = "",
        *,
        hint: str = "",
        title: str | None = None,
        fields: Sequence[FieldConflict] = (),
        version: int | None = None,
    ) -> None:
        super().__init__(detail, hint=hint, title=title)
        self.fields = tuple(fields)
        self.version = version


class AlreadyThere(Conflict):
    """What is to be made, or taken, is there already; nobody needs to do it twice."""

    title = "Already there"


class BadInput(SessiontuiError):
    """Text, a file or an option cannot be understood; ``place`` names where."""

    title = "Cannot be read"

    def __init__(self, detail: str = "", *, hint: str = "", title: str | None = None, place: str = "") -> None:
        super().__init__(f"{place}: {detail}" if place else detail, hint=hint, title=title)
        self.place = place


class Unavailable(SessiontuiError):
    """The database, disk or another system cannot be used now."""

    title = "Unavailable"


class ReadOnly(SessiontuiError):
    """The database was opened for reading only, or a past instant is shown."""

    title = "Read-only"


class Unauthenticated(SessiontuiError):
    """A token or key does not stand for anybody now; ``reason`` is a word for programs.

    The reasons: ``unknown``, ``expired``, ``revoked``, ``idle``, ``token_reuse``, ``scope``, ``client`` and
    ``password``.
    """

    title = "Not signed in"

    def __init__(self, detail: str = "", *, reason: str = "unknown", hint: str = "sign in again") -> None:
        super().__init__(detail, hint=hint)
        self.reason = reason


class TokenReuse(Unauthenticated):
    """A spent refresh token came again: somebody has a copy, so every token of its login is dead."""

    def __init__(self, detail: str = "this refresh token was used before, so its login was ended") -> None:
        super().__init__(detail, reason="token_reuse")


class AlreadyRotated(SessiontuiError):
    """A refresh token was used a moment ago by another request of the same client, which has the new one."""

    title = "Already rotated"


class LockedOut(SessiontuiError):
    """An account rests after failed sign-ins; ``until`` is when it may be tried again."""

    title = "Locked"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"too many sign-ins failed; the account rests until {until:%H:%M:%S} UTC",
            hint="wait, or ask an admin to unlock it",
        )
        self.until = until
