"""Letters and audit entries as cells and sheets: states with sign, word and colour, and the whole text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.delivery import DeliveryState
from sessiontui.domain.phrases import count, number
from sessiontui.domain.text import visible, visible_block
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, outside
from sessiontui.tui.present.sheets import facts
from sessiontui.tui.present.times import clock, moment, short_moment, span

if TYPE_CHECKING:
    from sessiontui.services.audit import ChainReport
    from sessiontui.services.delivery.outbox import AuditLine, LetterLine, OutboxBoard

STATES: Final = {
    DeliveryState.PENDING: ("◌", ".", "waiting", ""),
    DeliveryState.CLAIMED: ("◔", "~", "leaving", ""),
    DeliveryState.IN_DATA: ("◑", "%", "leaving", ""),
    DeliveryState.SENT: ("✓", "+", "sent", GOOD),
    DeliveryState.UNCERTAIN: ("?", "?", "uncertain", ALARM),
    DeliveryState.DEAD: ("✖", "x", "dead", BAD),
    DeliveryState.CANCELLED: ("–", "-", "held back", MUTED),
}
"""Each state's sign, what stands for it in ASCII, its word and its style."""

_ORDER: Final = (
    DeliveryState.DEAD,
    DeliveryState.UNCERTAIN,
    DeliveryState.PENDING,
    DeliveryState.SENT,
    DeliveryState.CANCELLED,
)
"""The states in the strip of counts, worst first; what is leaving counts as waiting."""

_KINDS: Final = {
    "scheduled": "mentor",
    "changed": "changed",
    "cancelled": "cancelled",
    "reminder": "reminder",
    "confirm": "will you come",
    "decided": "decision",
    "message": "message",
    "mention": "mention",
    "author": "author",
    "attendance": "who came",
    "survey": "survey",
    "no_show": "why absent",
    "digest": "their day",
    "alert": "on call",
}
"""What a letter is about, in a word or three."""


_READ: Final = {"To": "", "Subject": "bold"}
"""The headings above the text of a mail, with their style."""

_SERVERS: Final = {"From": "From", "Date": "Date", "Message-ID": "Mail id"}
"""The headings that are rarely asked for, below the text, with their labels."""


def state(of: DeliveryState, look: Look, *, resent: bool = False) -> Content:
    """Return a state as sign and word in its colour; what was sent again is no longer pressing."""
    sign, plain, word, style = STATES[of]
    if resent:
        return Content.styled(f"{look.of(sign, plain)} sent again", MUTED)
    return Content.styled(f"{look.of(sign, plain)} {word}", style)


def counts(board: OutboxBoard, look: Look, width: int) -> Content:
    """Return how many letters are in each state, worst first, as many as have room."""
    parts: list[Content] = []
    for which in _ORDER:
        several = board.counts.get(which, 0)
        if which is DeliveryState.PENDING:
            several += board.counts.get(DeliveryState.CLAIMED, 0) + board.counts.get(DeliveryState.IN_DATA, 0)
        sign, plain, word, style = STATES[which]
        parts.append(Content.styled(f"{look.of(sign, plain)} {number(several)} {word}", style if several else MUTED))
    while len(parts) > 1 and sum(part.cell_length + 3 for part in parts) - 3 > width:
        parts.pop()
    return Content("   ").join(parts)


def letter_cells(letter: LetterLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return a letter's state, when it was written, to whom, what about, its subject, session, attempts, error."""
    quiet = MUTED if letter.state is DeliveryState.CANCELLED or letter.resent else ""
    return (
        state(letter.state, look, resent=letter.resent and letter.state.is_undelivered),
        Content.styled(short_moment(letter.created_at, now, look.zone), MUTED),
        outside(letter.name, quiet),
        Content.styled(_KINDS.get(letter.kind, letter.kind), quiet or MUTED),
        outside(letter.subject, quiet),
        Content.styled("" if letter.session_id is None else f"#{letter.session_id}", MUTED),
        Content.styled(str(letter.attempts) if letter.attempts else "", BAD if letter.attempts > 1 else MUTED),
        outside(letter.error, BAD if letter.needs_someone else MUTED),
    )


def letter_sheet(letter: LetterLine | None, now: datetime, look: Look, width: int) -> Content:
    """Return one letter whole: what became of it, then the mail with its headings, its text and what goes with it."""
    if letter is None:
        return Content.styled("No letter is selected.", MUTED)
    rows = [("State", state(letter.state, look) + Content.styled(_when(letter, now, look), MUTED))]
    if letter.error:
        word = "Error" if letter.state.is_undelivered or letter.state.is_on_its_way else "Why"
        rows.append((word, outside(letter.error, BAD if letter.state.is_undelivered else "")))
    told = dict(letter.headers)
    last = [(_SERVERS[name], outside(told[name], MUTED)) for name in _SERVERS if name in told]
    if letter.session_id is not None:
        last.append(("Session", outside(f"{letter.session} #{letter.session_id}")))
    if letter.resend_of is not None:
        last.append(("Repeats", Content(f"letter #{letter.resend_of}")))
    if letter.attempts:
        last.append(("Attempts", Content(str(letter.attempts))))
    last.append(("Letter", Content(f"#{letter.id} by {letter.channel}")))
    rule = Content.styled(look.of("─", "-") * max(1, width), "$rule")
    read = [(name, outside(told[name], style)) for name, style in _READ.items() if name in told]
    body = Content(visible_block(letter.body.rstrip())).wrap(max(8, width))
    along = [outside(f"+ {one.words}", MUTED) for one in letter.attachments]
    enclosed = [Content(""), *(line for one in along for line in one.wrap(max(8, width)))] if along else []
    parts = [facts(rows, width), rule, facts(read, width), Content(""), *body, *enclosed, rule, facts(last, width)]
    return Content("\n").join(parts)


def audit_cells(line: AuditLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return an entry's number, instant, who, what, and why."""
    style = MUTED if line.undone else ""
    done = f"{visible(line.sentence)} (undone)" if line.undone else line.sentence
    return (
        Content.styled(str(line.id), MUTED),
        Content.styled(short_moment(line.at, now, look.zone), MUTED),
        outside(line.by, style),
        outside(done, style),
        outside(line.reason, MUTED),
        Content.styled(line.action, MUTED),
    )


def audit_sheet(line: AuditLine | None, now: datetime, look: Look, width: int) -> Content:
    """Return one entry whole."""
    if line is None:
        return Content.styled("No entry is selected.", MUTED)
    rows = [
        ("Entry", Content(f"#{line.id}")),
        ("When", Content(f"{moment(line.at, now, look.zone)}{look.dot}{line.at:%H:%M:%S} UTC")),
        ("Who", outside(line.by)),
        ("Did", outside(line.sentence)),
    ]
    if line.reason:
        rows.append(("Why", outside(line.reason)))
    rows.append(("Action", Content(line.action)))
    about = line.subject if line.subject_id is None else f"{line.subject} #{line.subject_id}"
    rows.append(("About", Content(about)))
    if line.undone:
        rows.append(("Undone", Content("yes: a later entry says by whom")))
    return facts(rows, width)


def chain(report: ChainReport | None, at: datetime | None, look: Look) -> Content:
    """Return whether the trail is whole, as far as it was verified."""
    if report is None or at is None:
        return Content.styled(f"verifying the chain of seals{look.ellipsis}", MUTED)
    when = clock(at, look.zone)
    if report.is_whole:
        sign = look.of("✓", "+")
        return Content.styled(f"{sign} the chain is whole: {count(report.entries, 'entry')}, verified {when}", GOOD)
    sign = look.of("✖", "x")
    return Content.styled(
        f"{sign} the chain is broken at entry #{report.broken_at}: it was edited, deleted or swapped", f"bold {BAD}"
    )


def sums(board: OutboxBoard) -> Mapping[str, int]:
    """Return how many letters press, and how many there are."""
    pressing = sum(board.counts.get(which, 0) for which in DeliveryState if which.is_undelivered)
    return {"pressing": pressing, "all": sum(board.counts.values())}


def _when(letter: LetterLine, now: datetime, look: Look) -> str:
    if letter.sent_at is not None:
        return f"{look.dot}{moment(letter.sent_at, now, look.zone)}"
    if letter.state is DeliveryState.PENDING:
        wait = letter.not_before - now
        if wait.total_seconds() > 0:
            seconds = round(wait.total_seconds())
            what = "tried again" if letter.attempts else "leaves"
            return f"{look.dot}{what} in {f'{seconds} s' if seconds < 120 else span(wait)}"
        return f"{look.dot}due"
    return ""
