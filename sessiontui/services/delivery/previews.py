"""Letters before they are written: how each would read, in whose language and zone; nothing is kept or sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sessiontui.domain.access import Action, Actor, Reach, reach
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.history import facts_at
from sessiontui.domain.letters import SORTS, Page, Subject
from sessiontui.domain.letters.samples import nobodys, sample
from sessiontui.domain.zones import zone_of
from sessiontui.outlets.outlet import Mail
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.own_links import written_link
from sessiontui.services.rights import require_door, standing
from sessiontui.store.histories import person_id_of
from sessiontui.store.reads import outbox as kept
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import places as kept_places
from sessiontui.store.reads import sessions as kept_sessions


async def preview(
    context: Context,
    page: Page,
    *,
    by: Actor,
    at: datetime,
    session_id: int | None = None,
    person_id: int | None = None,
    language: str | None = None,
) -> Mail:
    """Return a letter as it would leave, to a person, else to the one who asks.

    It is about a session, else about one that nobody holds; what the session does not tell, such as a reason, is made
    up. ``language`` is that of the wording, the person's without it.
    """
    where = None if session_id is None else await standing(context.db.fetch, by, session_id)
    if where is not None or reach(by, Action.MESSAGE) is Reach.NO:
        await require_door(context, Action.MESSAGE, by=by, at=at, standing=where)
    about = nobodys(at) if session_id is None else await _subject(context, session_id, at=at)
    found = await kept.addressees_of(context.db.fetch, [person_id or by.id or 0])
    if not found:
        raise NotFound(f"there is no person #{person_id or by.id or 0}")
    person = found[0]
    reader = notices.reader_of(person, context)
    if language is not None:
        reader = replace(reader, language=language)
    text = sample(page, about, reader, zone_of(person.zone, context.zone), now=at)
    return Mail(
        message_id="",
        kind=str(SORTS[page].kind),
        sender=context.delivery.sender,
        name=person.name,
        address=person.email,
        subject=text.subject,
        body=text.body,
        written_at=at,
        session_id=session_id,
    )


def page_of(word: str) -> Page:
    """Return the letter that a word names.

    >>> str(page_of("no-show"))
    'no_show'
    """
    told = word.strip().casefold().replace("-", "_")
    if told not in {str(page) for page in Page}:
        raise BadInput(f"{word[:60]!r} is no letter", hint=f"there are: {', '.join(Page)}", place="kind")
    return Page(told)


async def _subject(context: Context, session_id: int, *, at: datetime) -> Subject:
    fetch = context.db.fetch
    written = (await kept_sessions.written(fetch, [session_id])).get(session_id)
    if written is None:
        raise NotFound(f"there is no session #{session_id}")
    facts = facts_at((await kept_sessions.histories(fetch, [session_id]))[session_id], at, rules=context.rules)
    mentor = person_id_of(facts.mentor) or 0
    names = await kept_people.names(fetch, [mentor])
    return Subject(
        id=session_id,
        title=written.title,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        mentor=names.get(mentor, ""),
        link=written_link((await kept_places.written_of(fetch, [session_id]))[session_id]),
    )
