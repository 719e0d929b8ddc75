"""How letters leave: the states of one, which kinds may come twice and which never, and when to try again."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from sessiontui.domain.records import record

GIVE_UP_AFTER: Final = timedelta(hours=24)
"""How long a letter is tried again before it counts as dead."""

FIRST_RETRY: Final = timedelta(seconds=30)
LONGEST_RETRY: Final = timedelta(hours=1)
"""The waits between attempts double from the first to the longest."""


class Channel(StrEnum):
    """By which way letters leave."""

    FILE = "file"
    SMTP = "smtp"
    RESEND = "resend"
    WEBHOOK = "webhook"


class Security(StrEnum):
    """How a connection to a mail server is kept from being read; ``starttls`` never goes on in the clear."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Secret(StrEnum):
    """What a channel must know and no settings file holds, by the name of its credential."""

    SMTP = "smtp-password"
    RESEND = "resend-key"
    WEBHOOK = "webhook-secret"


PORTS: Final = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
"""The ports on which mail servers listen, where none is set."""


class DeliveryState(StrEnum):
    """Where one letter stands, in the order of its life.

    ``in_data`` is committed just before the letter is handed over: whoever finds it there after a crash cannot know
    whether it left, so it becomes ``uncertain`` unless the channel can tell.
    """

    PENDING = "pending"
    CLAIMED = "claimed"
    IN_DATA = "in_data"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    CANCELLED = "cancelled"

    @property
    def is_undelivered(self) -> bool:
        """Whether someone has to look: it did not arrive, or nobody knows."""
        return self in UNDELIVERED

    @property
    def is_on_its_way(self) -> bool:
        """Whether it may still leave by itself."""
        return self in ON_ITS_WAY


UNDELIVERED: Final = frozenset({DeliveryState.DEAD, DeliveryState.UNCERTAIN})
ON_ITS_WAY: Final = frozenset({DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.IN_DATA})


class LetterKind(StrEnum):
    """What a letter is about."""

    SCHEDULED = "scheduled"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    CONFIRM = "confirm"
    DECIDED = "decided"
    MESSAGE = "message"
    MENTION = "mention"
    AUTHOR = "author"
    ATTENDANCE = "attendance"
    SURVEY = "survey"
    NO_SHOW = "no_show"
    DIGEST = "digest"
    ALERT = "alert"


class Calendar(StrEnum):
    """What a letter asks of the calendar of its reader: to hold the session, or to drop it."""

    REQUEST = "request"
    CANCEL = "cancel"


AT_LEAST_ONCE: Final = frozenset(
    {
        LetterKind.SCHEDULED,
        LetterKind.CHANGED,
        LetterKind.CANCELLED,
        LetterKind.DECIDED,
        LetterKind.MESSAGE,
        LetterKind.MENTION,
        LetterKind.ATTENDANCE,
        LetterKind.ALERT,
    }
)
"""Kinds that had better come twice than never: after a crash an uncertain one is sent again as a new letter."""

ONLY_BEFORE_THE_END: Final = frozenset({LetterKind.REMINDER, LetterKind.CONFIRM})
"""Kinds that must not be sent once the session is cancelled, moved or over; checked again at sending."""


@record(kw_only=True)
class Delivery:
    """How letters leave, as set under ``[delivery]``.

    ``folder`` is where the channel ``file`` writes; ``None`` is ``outbox`` beside the database. ``wait`` is how long
    what can be undone rests first. ``sender`` is the address that letters come from, written ``from`` there.
    ``reminders``: the worker reminds by itself; ``digest``: authors and mentors are told of their day each morning.
    ``templates`` is a folder with wordings of one's own. A ``smtp_port`` of 0 is the usual one. The
    ``…_secret_file`` are private files, needed only where the system hands over no credential of that name.
    """

    channel: Channel = Channel.FILE
    folder: Path | None = None
    wait: timedelta = timedelta(seconds=15)
    sender: str = "sessiontui@localhost"
    reminders: bool = True
    digest: bool = True
    templates: Path | None = None
    smtp_host: str = ""
    smtp_port: int = 0
    smtp_security: Security = Security.STARTTLS
    smtp_user: str = ""
    smtp_secret_file: Path | None = None
    resend_secret_file: Path | None = None
    webhook_url: str = ""
    webhook_secret_file: Path | None = None

    def secret_file(self, secret: Secret) -> Path | None:
        """Return the private file of a secret, if one is set."""
        return {
            Secret.SMTP: self.smtp_secret_file,
            Secret.RESEND: self.resend_secret_file,
            Secret.WEBHOOK: self.webhook_secret_file,
        }[secret]


DEFAULT_DELIVERY: Final = Delivery()


def retry_after(attempts: int, spread: float) -> timedelta:
    """Return how long to wait after so many failed attempts; ``spread`` from 0 to 1 is drawn by the caller.

    >>> [str(retry_after(n, 1.0)) for n in (1, 2, 20)], str(retry_after(1, 0.0))
    (['0:00:30', '0:01:00', '1:00:00'], '0:00:01')
    """
    longest = min(FIRST_RETRY * (1 << min(attempts - 1, 16)), LONGEST_RETRY)
    return max(timedelta(seconds=1), longest * spread)
