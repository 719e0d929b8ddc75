"""What one transaction owes before its commit: stays to fold, rows to derive, heads to count, words, one audit entry.

Everything that joins or leaves a session need not derive it: while it goes on, one guest more or less changes two
counters and nothing else. Those counters, and the instant at which the row is due at the latest, are kept here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sessiontui.domain.access import Actor

if TYPE_CHECKING:
    from sessiontui.store.foresight import Foresight


@dataclass(slots=True)
class Moved:
    """How one session's counters move, and the earliest new instant, in ms, at which time alone may change it."""

    active: int = 0
    departed: int = 0
    due: int | None = None

    def add(self, other: Moved) -> None:
        """Take over what another has counted."""
        self.active += other.active
        self.departed += other.departed
        self.lower(other.due)

    def lower(self, due: int | None) -> None:
        """Make the row due no later than an instant."""
        if due is not None and (self.due is None or due < self.due):
            self.due = due


class Scene(NamedTuple):
    """One session as its row stood when the transaction first looked, in milliseconds and stored words.

    ``told`` says that an open alert tells how many are there, ``unstable`` that one hangs on who comes and goes.
    """

    kind: str
    control: str
    starts_at: int
    ends_at: int
    host_id: int | None
    archived: bool
    status: str
    badges: str
    due: int | None
    active: int
    present_since: int | None
    paused_at: int | None
    has_attendees: bool
    told: bool
    unstable: bool


class Stream(NamedTuple):
    """One connection of a person, or of an attendee whom nobody has identified, in one session."""

    session_id: int
    person_id: int | None
    attendee_id: int | None
    connection: str


@dataclass(slots=True)
class Anew:
    """Whose stays in one session are folded anew, once, however many signals ask for it: all, or those of streams.

    Each stream has the first and the last instant, in ms, of the signals that its stays do not tell of yet.
    """

    whole: bool = False
    streams: dict[Stream, tuple[int, int]] = field(default_factory=dict)

    def add(self, stream: Stream, first: int, last: int) -> None:
        """Take in signals of a stream."""
        known = self.streams.get(stream)
        self.streams[stream] = (first, last) if known is None else (min(known[0], first), max(known[1], last))

    def absorb(self, other: Anew) -> None:
        """Take in what another asks for."""
        self.whole = self.whole or other.whole
        for stream, (first, last) in other.streams.items():
            self.add(stream, first, last)


@dataclass(slots=True)
class Ledger:
    """The debts of a transaction; one event of a batch keeps its own until it has succeeded."""

    head: str | None = None
    anew: dict[int, Anew] = field(default_factory=dict)
    """The sessions of which some stays are folded anew."""
    touched: dict[int, None] = field(default_factory=dict)
    reworded: dict[int, None] = field(default_factory=dict)
    words_due: dict[int, None] = field(default_factory=dict)
    weights: dict[int, bool] = field(default_factory=dict)
    """Sessions whose columns were changed by name, and whether the figures depend on any of them."""
    moved: dict[int, Moved] = field(default_factory=dict)
    heard: dict[int, None] = field(default_factory=dict)
    signals: int = 0
    actors: dict[Actor, None] = field(default_factory=dict)
    scenes: dict[int, Scene] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    foresight: Foresight | None = None
    """What a batch asked for all its events at once; one event alone, and those taken apart, ask for themselves."""
    whole: Ledger | None = None
    """The ledger of the batch, for the page of one event."""
    debts: int = 0
    """How often anything was owed, so that it can be told whether an event has left a debt."""

    @property
    def is_clear(self) -> bool:
        """Whether nothing is owed."""
        owes = self.touched or self.moved or self.anew or self.reworded or self.words_due or self.signals
        return not owes

    def page(self) -> Ledger:
        """Return an empty ledger for one event, which knows what this one has read."""
        return Ledger(head=self.head, scenes=self.scenes, people=self.people, whole=self)

    def absorb(self, page: Ledger) -> None:
        """Take over the debts of an event that succeeded."""
        self.head = page.head
        for session_id, anew in page.anew.items():
            self.anew_of(session_id).absorb(anew)
        self.touched |= page.touched
        self.reworded |= page.reworded
        self.words_due |= page.words_due
        for session_id, weighs in page.weights.items():
            self.weigh(session_id, weighs)
        self.heard |= page.heard
        self.signals += page.signals
        self.actors |= page.actors
        for session_id, moved in page.moved.items():
            self.moved_of(session_id).add(moved)

    def weigh(self, session_id: int, weighs: bool) -> None:
        """Note that columns of a session were changed, and whether the figures depend on any of them."""
        self.weights[session_id] = self.weights.get(session_id, False) or weighs

    def moved_of(self, session_id: int) -> Moved:
        """Return the counters of one session."""
        found = self.moved.get(session_id)
        if found is None:
            found = self.moved[session_id] = Moved()
        return found

    def anew_of(self, session_id: int) -> Anew:
        """Return what is folded anew of one session."""
        found = self.anew.get(session_id)
        if found is None:
            found = self.anew[session_id] = Anew()
        return found

    def is_folding(self, session_id: int, stream: Stream | None = None) -> bool:
        """Return whether a stream, or without one anything of a session, will be folded anew, also for others."""
        own = self.anew.get(session_id)
        if own is not None and (stream is None or own.whole or stream in own.streams):
            return True
        return self.whole is not None and self.whole.is_folding(session_id, stream)

    def is_touched(self, session_id: int) -> bool:
        """Return whether a session will be derived, for this event or one before it."""
        return session_id in self.touched or (self.whole is not None and session_id in self.whole.touched)

    def heads(self, session_id: int) -> int:
        """Return by how many the guests of a session have changed, by this event and those before it."""
        moved = self.moved.get(session_id)
        before = 0 if self.whole is None else self.whole.heads(session_id)
        return before + (0 if moved is None else moved.active)

    def hear(self, count: int, sessions: Iterable[int], actor: Actor) -> None:
        """Owe the audit entry of presence signals; a batch writes one for all of them."""
        self.signals += count
        self.heard |= dict.fromkeys(sessions)
        self.actors[actor] = None
