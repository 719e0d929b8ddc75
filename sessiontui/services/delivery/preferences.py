"""How somebody wants to be written to: read, and changed by themselves or by whoever manages people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, may_grant
from sessiontui.domain.delivery import Channel, LetterKind
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from sessiontui.domain.preferences import REFUSABLE, Preferences, QuietHours
from sessiontui.domain.vocabulary import Role
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.reads import preferences as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

CHANGED: Final = "person.preferences"
"""What the act is called in the trail."""

ALL: Final = "all"
"""What is written for every kind of letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to change; what is ``None`` stays. ``has_quiet`` and ``has_channel`` say that these are given."""

    no_mail: Collection[LetterKind] = ()
    mail: Collection[LetterKind] = ()
    quiet: QuietHours | None = None
    has_quiet: bool = False
    channel: Channel | None = None
    has_channel: bool = False
    language: str | None = None

    def on(self, before: Preferences) -> Preferences:
        """Return what somebody wants once this has changed."""
        return Preferences(
            no_mail=(before.no_mail | set(self.no_mail)) - set(self.mail),
            quiet=self.quiet if self.has_quiet else before.quiet,
            channel=self.channel if self.has_channel else before.channel,
            language=before.language if self.language is None else self.language,
        )


def kinds_of(word: str) -> tuple[LetterKind, ...]:
    """Return the kinds of letters that a word names; ``all`` is every one that can be refused.

    >>> [str(kind) for kind in kinds_of("no-show")]
    ['no_show']
    """
    told = word.strip().casefold().replace("-", "_")
    if told == ALL:
        return REFUSABLE
    if told not in {str(kind) for kind in REFUSABLE}:
        raise BadInput(f"{word[:60]!r} is no kind of letter", hint=f"there are: {', '.join(REFUSABLE)}, or {ALL}")
    return (LetterKind(told),)


async def of(context: Context, person_id: int) -> Preferences:
    """Return how somebody wants to be written to."""
    found = (await kept.recipients(context.db.fetch, [person_id])).get(person_id)
    if found is None:
        raise NotFound(f"there is no person #{person_id}")
    return found.preferences


async def change(context: Context, person_id: int, wishes: Wishes, *, by: Actor, at: datetime) -> Receipt:
    """Change how somebody wants to be written to; everyone may say so for themselves."""
    if person_id != by.id:
        await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        person = await tx.person(person_id)
        if person_id != by.id:
            verdict = may_grant(by, held=Role(person.role), wanted=Role(person.role))
            if not verdict.allowed:
                raise NotAllowed(verdict.reason, hint=verdict.hint, action=Action.MANAGE_PEOPLE)
        before = (await kept.recipients(tx.fetch, [person_id]))[person_id].preferences
        after = wishes.on(before)
        if after == before:
            raise BadInput(f"that is what {person.name} wants already")
        await kept.keep(tx.run, person_id, after)
        sentence = f"{person.name} {said(before, after)}"
        detail: dict[str, Json] = {"before": dict(kept.columns_of(before)), "after": dict(kept.columns_of(after))}
        entry = await tx.audit(
            CHANGED, sentence, subject="person", subject_id=person_id, detail=detail, reversible=True
        )
    return Receipt(sentence=sentence, people=(person_id,), undo=entry.id)


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Let somebody be written to as before, unless it was changed since."""
    del seal
    person_id = act.subject_id or 0
    person = await tx.person(person_id)
    now = kept.columns_of((await kept.recipients(tx.fetch, [person_id]))[person_id].preferences)
    if now != act.detail["after"]:
        raise Conflict(f"what {person.name} wants was changed since")
    await kept.restore(tx.run, person_id, cast("Mapping[str, object]", act.detail["before"]))


def said(before: Preferences, after: Preferences) -> str:
    """Return a change in words.

    >>> said(Preferences(), Preferences(no_mail=frozenset({LetterKind.SURVEY})))
    'gets no survey mail'
    """
    parts: list[str] = []
    if less := sorted(after.no_mail - before.no_mail):
        parts.append(f"gets no {words(less)} mail")
    if more := sorted(before.no_mail - after.no_mail):
        parts.append(f"gets {words(more)} mail again")
    if after.quiet != before.quiet:
        parts.append(f"is left in peace {after.quiet}" if after.quiet else "has no quiet hours")
    if after.channel != before.channel:
        parts.append(f"is reached by {after.channel}" if after.channel else "is reached as everyone is")
    if after.language != before.language:
        parts.append(f"is written to in {after.language!r}" if after.language else "is written to as everyone is")
    return " and ".join(parts)


def words(kinds: Collection[LetterKind]) -> str:
    """Return kinds of letters in words, ``any`` for all of them."""
    return "any" if set(kinds) >= set(REFUSABLE) else ", ".join(str(kind).replace("_", " ") for kind in kinds)
