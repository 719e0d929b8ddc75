"""``do create``: a session from what is written, the rest from its template where one is named."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.templates.shape import Template, TemplateRef
from sessiontui.domain.templates.titles import titled
from sessiontui.domain.vocabulary import Kind, Priority
from sessiontui.services import people, sessions
from sessiontui.services.sessions import SessionDraft
from sessiontui.services.templates import knowing, listing

if TYPE_CHECKING:
    from sessiontui.cli.call import Call
    from sessiontui.services.receipt import Receipt

_USUAL: Final = 60
"""Minutes of a session of which nothing is said."""


async def create(call: Call) -> Receipt:
    """Make a session; what an option says wins over the template."""
    options, now = call.options, call.clock()
    title = options.called or options.title
    if not title.strip():
        raise WrongUsage("a session needs a title", hint="write it behind 'create', or with --title")
    template, ref, minutes = await template_meant(call)
    draft = SessionDraft(
        title=titled(template, title),
        starts_at=options.starts,
        ends_at=options.ends or options.starts + timedelta(minutes=options.minutes or minutes),
        kind=Kind(options.kind or template.kind),
        author_id=await _person(call, options.author),
        mentor_id=await _person(call, options.mentor),
        capacity=template.capacity if options.capacity is None else options.capacity,
        priority=Priority(options.priority or Priority.NORMAL),
        tags=template.tags if options.tag is None else tuple(options.tag),
        description=template.description if options.description is None else options.description,
        link=options.link or "",
        platform=options.platform or "",
        fields=dict(options.field or ()),
        publish=options.publish,
        template=ref,
    )
    return await sessions.create(call.context, draft, by=call.actor, at=now, confirm=options.yes)


async def template_meant(call: Call) -> tuple[Template, TemplateRef | None, int]:
    """Return the template that was named, how it is meant, and for how many minutes to plan; else an empty one."""
    options = call.options
    if options.template is not None:
        return await _template(call, options)
    if options.without:
        raise WrongUsage("--without leaves goals of a template out", hint="name the template with --template")
    return Template(slug="", name="", kind=Kind.CONVERSATION, minutes=_USUAL), None, _USUAL


async def _template(call: Call, options: argparse.Namespace) -> tuple[Template, TemplateRef, int]:
    word, _, number = str(options.template).partition("@")
    if number and not (number.isascii() and number.isdecimal() and 0 < len(number) < 10 and int(number)):
        raise WrongUsage(f"{number[:20]!r} is no version", hint="write bug-fix, or bug-fix@2 for its version 2")
    now = call.clock()
    one = await knowing.find(call.context, word, now=now)
    template, minutes = one.template, (await listing.lasting(call.context, one, by=call.actor)).minutes
    if number:
        template = await listing.version_of(call.context, one.slug, int(number), now=now)
        minutes = template.minutes
    return template, TemplateRef(one.slug, int(number or 0), frozenset(options.without)), minutes


async def _person(call: Call, word: str | None) -> int | None:
    return None if word is None else (await people.find(call.context, word)).id
