"""Which template suits what somebody is about to do: one stated score from 0 to 100, each part of it in words.

The score is the share of the points that can be had. Kind gives up to 30 points, words and tags 25, difficulty 15,
past success 20, recency 10. What nobody asked for, and what nothing is known of yet, is left out on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.phrases import ago, count
from sessiontui.domain.templates.shape import Difficulty, Template
from sessiontui.domain.vocabulary import Kind

KIND: Final = 30
WORDS: Final = 25
DIFFICULTY: Final = 15
SUCCESS: Final = 20
RECENCY: Final = 10
"""The points of each part: what a session is for counts most, habit least."""

SHRINK: Final = 4
"""Sessions that the mean of all templates counts for: one lucky session proves little."""

HALF_LIFE: Final = timedelta(days=30)
"""After so long without use, recency gives half as much."""

_WORD: Final = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is known of a session that is about to be made; what is ``None`` or empty was not said.

    ``text`` is its title so far. ``usual`` is the difficulty at which the one who asks has mostly succeeded.
    """

    kind: Kind | None = None
    tags: tuple[str, ...] = ()
    text: str = ""
    difficulty: Difficulty | None = None
    usual: Difficulty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of the sessions made from one template: used, ended for good, of these complete, last used."""

    uses: int = 0
    ended: int = 0
    complete: int = 0
    last_used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: its name, the points it gave, the most it could give, and why in words."""

    name: str
    points: float
    most: int
    said: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One template with its score from 0 to 100 and the parts that it adds up from."""

    slug: str
    name: str
    score: int
    parts: tuple[Part, ...]

    @property
    def why(self) -> str:
        """The parts in one sentence, those that speak for it first."""
        ranked = sorted(self.parts, key=lambda part: -part.points)
        return "; ".join(part.said for part in ranked) or "nothing is known of what you need yet"


NO_RECORD: Final = Record()


def suggest(
    wish: Wish, templates: Iterable[Template], records: Mapping[str, Record], *, now: datetime
) -> tuple[Suggestion, ...]:
    """Return all templates, the best first; those that suit alike stand in the order of their names."""
    known = tuple(templates)
    mean = _mean(records.values())
    wanted = _wanted(wish, known)
    found = [_judged(wish, one, records.get(one.slug, NO_RECORD), wanted, mean, now) for one in known]
    return tuple(sorted(found, key=lambda one: (-one.score, one.name, one.slug)))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as they are compared.

    >>> sorted(words_of("Fix the Bug!"))
    ['bug', 'fix', 'the']
    """
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _judged(
    wish: Wish, template: Template, record: Record, wanted: frozenset[str], mean: float | None, now: datetime
) -> Suggestion:
    parts = [
        *_kind(wish, template),
        *_words(wanted, template),
        *_difficulty(wish, template),
        *_success(record, mean),
        *_recency(record, mean, now),
    ]
    most = sum(part.most for part in parts)
    score = round(100 * sum(part.points for part in parts) / most) if most else 0
    return Suggestion(template.slug, template.name, score, tuple(parts))


def _kind(wish: Wish, template: Template) -> list[Part]:
    if wish.kind is None:
        return []
    if template.kind is wish.kind:
        return [Part("kind", KIND, KIND, f"it is for {template.kind}")]
    return [Part("kind", 0, KIND, f"it is for {template.kind}, not for {wish.kind}")]


def _wanted(wish: Wish, templates: Sequence[Template]) -> frozenset[str]:
    """Return what is looked for: the tags, and those words of the title that any template knows."""
    tags = frozenset(tag.casefold() for tag in wish.tags)
    return tags | (words_of(wish.text) & frozenset().union(*map(_vocabulary, templates)))


def _vocabulary(template: Template) -> frozenset[str]:
    tags = frozenset(tag.casefold() for tag in template.tags)
    return tags | words_of(template.name) | words_of(template.title) | frozenset().union(*map(words_of, tags))


def _words(wanted: frozenset[str], template: Template) -> list[Part]:
    if not wanted:
        return []
    met = sorted(wanted & _vocabulary(template))
    said = f"it knows {', '.join(met)}" if met else f"it knows nothing of {', '.join(sorted(wanted)[:3])}"
    return [Part("words", WORDS * len(met) / len(wanted), WORDS, said)]


def _difficulty(wish: Wish, template: Template) -> list[Part]:
    wanted = wish.difficulty or wish.usual
    if wanted is None:
        return []
    apart = abs(template.difficulty.step - wanted.step)
    whose = "asked for" if wish.difficulty else "what went well for you before"
    said = f"{template.difficulty}, {whose}" if apart == 0 else f"{template.difficulty}, not {wanted} as {whose}"
    return [Part("difficulty", DIFFICULTY * (1 - apart / 2), DIFFICULTY, said)]


def _success(record: Record, mean: float | None) -> list[Part]:
    if mean is None:
        return []
    share = (record.complete + SHRINK * mean) / (record.ended + SHRINK)
    if record.ended:
        said = f"{record.complete} of {count(record.ended, 'session')} made from it went to their end"
    else:
        said = f"no session made from it has ended: the mean of all, {mean:.0%}"
    return [Part("success", SUCCESS * share, SUCCESS, said)]


def _recency(record: Record, mean: float | None, now: datetime) -> list[Part]:
    if record.last_used is None:
        return [] if mean is None else [Part("recency", 0, RECENCY, "not used yet")]
    age = max(timedelta(), now - record.last_used)
    return [Part("recency", RECENCY * 0.5 ** (age / HALF_LIFE), RECENCY, f"last used {ago(age)}")]


def _mean(records: Iterable[Record]) -> float | None:
    """Return the share of all sessions from templates that went to their end; ``None`` before any has ended."""
    ended = complete = 0
    for record in records:
        ended, complete = ended + record.ended, complete + record.complete
    return complete / ended if ended else None
