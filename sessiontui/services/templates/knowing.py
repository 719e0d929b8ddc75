"""Which templates there are: read often, changed rarely, so each process keeps them until somebody changes one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sessiontui.domain.errors import NotFound
from sessiontui.domain.records import record
from sessiontui.domain.templates.checking import template_of
from sessiontui.domain.templates.packaged import SLUGS, packaged
from sessiontui.domain.templates.shape import Template, slug_of
from sessiontui.domain.templates.text import values_of
from sessiontui.store.reads import operations
from sessiontui.store.reads import templates as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.reads.templates import TemplateRow

PRODUCT: Final = "sessiontui"
"""By whose hand the built-in versions stand in the list of versions."""

TTL: Final = timedelta(hours=1)
"""How long what was read is believed even if nobody tells of a change."""

REVISION: Final = "templates.revision"
"""The setting that every change of a template raises: it tells all processes that what they keep is old."""


@record(kw_only=True)
class KnownTemplate:
    """One template with its newest version; ``id`` is ``None`` for a built-in one that nobody has used yet."""

    template: Template
    version: int
    id: int | None = None
    built_in: bool = False
    author_id: int = 0
    retired_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = PRODUCT

    @property
    def slug(self) -> str:
        """The word by which it is named."""
        return self.template.slug


@record
class CacheCounts:
    """How the cache of templates has done in this process: answers from it, answers read anew, changes heard of."""

    hits: int = 0
    misses: int = 0
    dropped: int = 0
    entries: int = 0

    @property
    def rate(self) -> float | None:
        """The share of answers that came from the cache; ``None`` before the first."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


@record(frozen=False)
class _Cache:
    """What one process keeps of one database."""

    hits: int = 0
    misses: int = 0
    dropped: int = 0
    read_at: datetime | None = None
    revision: str = ""
    known: tuple[KnownTemplate, ...] = ()

    def holds(self, revision: str, now: datetime) -> bool:
        """Tell whether what is kept can be believed at an instant."""
        return self.read_at is not None and self.revision == revision and abs(now - self.read_at) < TTL


# By database, so that nothing outlives it and two databases in one process do not share.
_CACHES: Final[WeakKeyDictionary[object, _Cache]] = WeakKeyDictionary()


async def known(context: Context, *, now: datetime) -> tuple[KnownTemplate, ...]:
    """Return all templates, retired ones too: the built-in first, then the others by name."""
    cache = _CACHES.setdefault(context.db, _Cache())
    revision = await operations.setting(context.db.fetch, REVISION) or ""
    if cache.holds(revision, now):
        cache.hits += 1
        return cache.known
    cache.misses += 1
    if cache.read_at is not None and cache.revision != revision:
        cache.dropped += 1
    cache.known = together(await kept.everything(context.db.fetch))
    cache.read_at, cache.revision = now, revision
    return cache.known


def counts(context: Context) -> CacheCounts:
    """Return how the cache has done in this process."""
    cache = _CACHES.get(context.db, _Cache())
    return CacheCounts(cache.hits, cache.misses, cache.dropped, len(cache.known))


async def find(context: Context, word: str, *, now: datetime) -> KnownTemplate:
    """Return the template of that word or name; ``NotFound`` says which come close."""
    everything = await known(context, now=now)
    wanted = word.strip().casefold()
    for one in everything:
        if wanted in (one.slug, one.template.name.casefold()) or slug_of(word) == one.slug:
            return one
    near = get_close_matches(slug_of(word), [one.slug for one in everything], n=3, cutoff=0.5)
    hint = f"do you mean {', '.join(near)}?" if near else "'sessiontui templates list' tells which there are"
    raise NotFound(f"there is no template {word.strip()[:60]!r}", hint=hint)


def together(rows: Iterable[TemplateRow]) -> tuple[KnownTemplate, ...]:
    """Return what the package brings and what the database keeps as one list."""
    by_slug = {row.slug: row for row in rows}
    built_in = [known_of(by_slug.pop(slug, None), packaged()[slug]) for slug in SLUGS]
    others = [known_of(row, None) for row in by_slug.values()]
    return (*built_in, *sorted(others, key=lambda one: (one.template.name.casefold(), one.slug)))


def known_of(row: TemplateRow | None, built_in: Template | None) -> KnownTemplate:
    """Return a template from its row and the package; one of both is there.

    A built-in one that nobody has changed goes along with the package: a new text there is its next version.
    """
    if row is None:
        if built_in is None:
            msg = "a template comes from the package or from the database"
            raise ValueError(msg)
        return KnownTemplate(template=built_in, version=1, built_in=True)
    follows = built_in is not None and is_behind(row, built_in)
    return KnownTemplate(
        template=built_in if built_in is not None and follows else template_of(row.body),
        version=row.newest + follows,
        id=row.id,
        built_in=row.built_in,
        author_id=row.author_id,
        retired_at=row.retired_at,
        changed_at=row.at,
        changed_by=row.by_name,
    )


def is_behind(row: TemplateRow, built_in: Template) -> bool:
    """Tell whether the package has a newer text of a template that only the product has written so far."""
    return row.by_id == 0 and row.by_name == PRODUCT and dict(row.body) != values_of(built_in)
