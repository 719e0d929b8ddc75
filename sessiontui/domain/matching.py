"""Which person an attendee of a report is: by a sure sign, or nobody, with candidates for an admin to choose.

A sure sign is, in this order: what an admin chose before, the external id, the e-mail address, and the exact
name among those expected. A sign that points at two people is none. A similar name only makes a candidate.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

MAX_CANDIDATES: Final = 5
"""Most candidates for one attendee: what fits a dialogue without scrolling."""

MIN_SCORE: Final = 0.5
"""Lowest score of a candidate: one of a few words that the other name holds all of."""

_ALIKE: Final = 0.65
"""Share of letters below which two names are alike by chance, as "Mara Stein" and "Ana Castellanos" are."""

_SHARED_ID: Final = 0.99
_SHARED_EMAIL: Final = 0.98
_EXACT_NAME: Final = 0.95
_MOST_SIMILAR: Final = 0.9
"""Highest score of a name that is only similar, so that exact signs stay on top."""

# A device calls itself after its owner: "iPad of Anna Lee", "Anna's iPhone", "iPad von Anna".
_DEVICES: Final = frozenset(
    {"ipad", "iphone", "ipod", "macbook", "imac", "mac", "galaxy", "pixel", "android", "phone", "tablet"}
    | {"laptop", "computer", "desktop", "pc", "mobile", "telefon", "handy", "huawei", "xiaomi", "samsung"}
)
_BESIDE_DEVICES: Final = frozenset(
    {"of", "de", "d", "von", "van", "di", "da", "do", "del", "the", "s", "pro", "air", "mini", "plus"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One attendee as a report tells; empty text stands for what it does not tell.

    ``original_name`` is the account's name where the attendee renamed themselves.
    """

    name: str = ""
    email: str = ""
    external_id: str = ""
    original_name: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the database, as far as matching needs it."""

    id: int
    name: str
    email: str = ""
    external_ids: tuple[str, ...] = ()


class Sign(StrEnum):
    """What made a match sure."""

    REMEMBERED = "remembered"
    EXTERNAL_ID = "external_id"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whom the admin may choose; ``score`` lies between ``MIN_SCORE`` and 1, ``reason`` says why."""

    person_id: int
    name: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """Who an attendee is; unmatched ones have no person and may have candidates, the best first."""

    person_id: int | None = None
    sign: Sign | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def is_matched(self) -> bool:
        """Whether a sure sign was found."""
        return self.person_id is not None


def memory_key(attendee: Attendee) -> str:
    """Return the key under which an admin's choice is remembered: the strongest sign the report gives.

    Empty if the report gives none; such a choice cannot be remembered.

    >>> memory_key(Attendee(name=" Anna  LEE")), memory_key(Attendee(name="Anna", email="A@x.org"))
    ('name:anna lee', 'email:a@x.org')
    """
    if external_id := attendee.external_id.strip():
        return f"id:{external_id}"
    if email := fold_email(attendee.email):
        return f"email:{email}"
    name = fold_name(attendee.name)
    return f"name:{name}" if name else ""


def fold_name(name: str) -> str:
    r"""Return the form in which two names are exactly the same: NFC, case and white space folded.

    >>> fold_name(" ZOE\u0308\t LEE ")
    'zoë lee'
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return " ".join(folded.split())


def fold_email(email: str) -> str:
    """Return the form in which two addresses are the same: case folded, without white space around."""
    return unicodedata.normalize("NFC", email.strip().casefold())


def match(
    attendee: Attendee, *, expected: Sequence[Known], everyone: Sequence[Known], remembered: Mapping[str, int]
) -> Match:
    """Return who an attendee is.

    ``expected`` are the approved people and hosts of the session, ``everyone`` all people of the database;
    ``remembered`` holds admins' choices by ``memory_key``, and counts only for people who still exist.
    """
    return _Register.of(expected, everyone).match(attendee, remembered)


def match_all(
    attendees: Iterable[Attendee],
    *,
    expected: Sequence[Known],
    everyone: Sequence[Known],
    remembered: Mapping[str, int],
) -> list[Match]:
    """Return who each attendee of one report is, in their order; reads the people once."""
    register = _Register.of(expected, everyone)
    return [register.match(attendee, remembered) for attendee in attendees]


@dataclass(frozen=True, slots=True)
class _Register:
    """The people of one question, indexed by each sign."""

    people: dict[int, Known]
    expected: frozenset[int]
    by_external_id: dict[str, set[int]] = field(default_factory=dict)
    by_email: dict[str, set[int]] = field(default_factory=dict)
    by_name: dict[str, set[int]] = field(default_factory=dict)
    tokens: dict[int, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, expected: Sequence[Known], everyone: Sequence[Known]) -> _Register:
        people = {known.id: known for known in (*everyone, *expected)}
        register = cls(people, frozenset(known.id for known in expected))
        for known in people.values():
            for external_id in known.external_ids:
                _note(register.by_external_id, external_id.strip(), known.id)
            _note(register.by_email, fold_email(known.email), known.id)
            _note(register.by_name, fold_name(known.name), known.id)
            register.tokens[known.id] = _tokens(known.name)
        return register

    def match(self, attendee: Attendee, remembered: Mapping[str, int]) -> Match:
        key = memory_key(attendee)
        chosen = remembered.get(key) if key else None
        if chosen in self.people:
            return Match(chosen, Sign.REMEMBERED)
        signs = (
            (Sign.EXTERNAL_ID, self.by_external_id.get(attendee.external_id.strip(), set())),
            (Sign.EMAIL, self.by_email.get(fold_email(attendee.email), set())),
            (Sign.NAME, self._named(attendee) & self.expected),
        )
        for sign, found in signs:
            if len(found) == 1:
                return Match(next(iter(found)), sign)
        return Match(candidates=self._candidates(attendee, remembered))

    def _named(self, attendee: Attendee) -> set[int]:
        """Everyone with exactly the attendee's name, or with the name of their account."""
        names = {fold_name(attendee.name), fold_name(attendee.original_name)}
        return set().union(*(self.by_name.get(name, set()) for name in names))

    def _candidates(self, attendee: Attendee, remembered: Mapping[str, int]) -> tuple[Candidate, ...]:
        named = self._named(attendee)
        identified = self.by_external_id.get(attendee.external_id.strip(), set())
        mailed = self.by_email.get(fold_email(attendee.email), set())
        key = memory_key(Attendee(name=attendee.name))
        by_name_alone = remembered.get(key) if key else None
        likenesses = _likenesses(attendee)
        found: list[Candidate] = []
        for known in self.people.values():
            if known.id == by_name_alone:
                score, reason = 1.0, "chosen before for this name"
            elif known.id in identified:
                score, reason = _SHARED_ID, "same external id as another person"
            elif known.id in mailed:
                score, reason = _SHARED_EMAIL, "same e-mail address as another person"
            elif known.id in named:
                score = _EXACT_NAME
                reason = "same name as another expected" if known.id in self.expected else "same name, not expected"
            else:
                name = self.tokens[known.id]
                score, reason = max(((each.to(name), each.reason) for each in likenesses), default=(0.0, ""))
            if score >= MIN_SCORE:
                found.append(Candidate(known.id, known.name, round(score, 2), reason))
        found.sort(key=lambda each: (-each.score, each.person_id not in self.expected, each.name, each.person_id))
        return tuple(found[:MAX_CANDIDATES])


def _note(index: dict[str, set[int]], sign: str, person_id: int) -> None:
    if sign:
        index.setdefault(sign, set()).add(person_id)


def _tokens(name: str) -> frozenset[str]:
    """Return the words of a name without case, accents and punctuation."""
    bare = (
        char if char.isalnum() else " "
        for char in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(char)
    )
    return frozenset("".join(bare).split())


class _Likeness:
    """How alike people's names are to the words of one attendee; ``reason`` says what the words came from."""

    __slots__ = ("_letters", "_words", "reason")

    def __init__(self, words: frozenset[str], reason: str) -> None:
        self.reason = reason
        self._words = words
        # The matcher keeps what it learnt about its second text, so the attendee's words are that one.
        self._letters = SequenceMatcher(None, "", " ".join(sorted(words)), autojunk=False)

    def to(self, name: frozenset[str]) -> float:
        """Return how alike a name is, up to ``_MOST_SIMILAR``.

        Words that all occur in the other name count as much as letters do, so that "Anna" finds "Anna Lee".
        """
        shared = len(self._words & name)
        within = 0.0
        if shared and shared == min(len(self._words), len(name)):
            within = 0.5 + 0.5 * shared / max(len(self._words), len(name))
        letters = self._letters
        letters.set_seq1(" ".join(sorted(name)))
        floor = max(within, _ALIKE)
        if letters.real_quick_ratio() >= floor and letters.quick_ratio() >= floor and letters.ratio() >= floor:
            within = letters.ratio()
        return _MOST_SIMILAR * within


def _likenesses(attendee: Attendee) -> list[_Likeness]:
    """Return what to compare people's names with: name, account name, and the owner if it names a device."""
    sources = [
        (_tokens(attendee.name), "similar name"),
        (_tokens(attendee.original_name), "similar account name"),
    ]
    for words, _ in tuple(sources):
        if words & _DEVICES:
            owner = words - _DEVICES - _BESIDE_DEVICES
            model_free = frozenset(word for word in owner if not any(map(str.isdigit, word)))
            sources.append((model_free, "name of the device"))
    return [_Likeness(words, reason) for words, reason in sources if words]
