"""Names in comments: which people an ``@`` means, which name is being typed, and what completes it.

A name is written as it is, also with blanks: ``@Ana Ruiz``. The longest name that fits counts, whatever its case, and
it ends where no letter or digit follows. A first name alone is enough where only one person has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from sessiontui.domain.records import record

MAX_MENTIONS: Final = 50
"""People whom one comment can name: more is a mailing list, which comments are not."""

MAX_TYPED: Final = 60
"""Characters behind an ``@`` in which a name is looked for while it is typed."""

_AT: Final = re.compile(r"(?<![\w@.+-])@(?=\S)")
"""An ``@`` that begins a name: one inside an address does not."""


@record
class Mention:
    """One person named in a text, from ``start`` up to ``end``."""

    person_id: int
    start: int
    end: int


def mentions(text: str, people: Mapping[int, str]) -> tuple[Mention, ...]:
    """Return who of these people is named in a text, in the order of their first naming, each of them once.

    >>> mentions("@Ana Ruiz and @ana, write to bo@example.org", {1: "Ana Ruiz", 2: "Bo"})
    (Mention(person_id=1, start=0, end=9),)
    """
    calls = _calls(people)
    folded = _folded(text)
    if len(folded) != len(text):  # some letters fold to several: places in the text would be lost
        folded = text.lower() if len(text.lower()) == len(text) else text
    found: dict[int, Mention] = {}
    for at in _AT.finditer(text):
        start = at.end()
        for call, person_id in calls:
            end = start + len(call)
            if folded.startswith(call, start) and not (end < len(text) and _continues(text[end])):
                found.setdefault(person_id, Mention(person_id, at.start(), end))
                break
        if len(found) == MAX_MENTIONS:
            break
    return tuple(found.values())


def being_typed(text: str, cursor: int) -> str | None:
    """Return what stands between the ``@`` that is being typed and the cursor; ``None`` where no name is typed.

    >>> being_typed("ask @An", 7), being_typed("ask @", 5), being_typed("ana@ex", 6), being_typed("@Ana, so", 8)
    ('An', '', None, None)
    """
    before = text[:cursor]
    place = before.rfind("@")
    typed = before[place + 1 :]
    begins = place >= 0 and (place == 0 or not re.match(r"[\w@.+-]", before[place - 1]))
    if not begins or len(typed) > MAX_TYPED or re.search(r"[\n,;:!?()]", typed) or typed.startswith(" "):
        return None
    return typed


def completions(typed: str, people: Mapping[int, str], *, limit: int = 6) -> tuple[tuple[int, str], ...]:
    """Return the people whose name may be meant by what was typed, those whose name begins so first.

    >>> completions("ru", {1: "Ana Ruiz", 2: "Ruth Oh", 3: "Bo"})
    ((2, 'Ruth Oh'), (1, 'Ana Ruiz'))
    """
    sought = _folded(typed)
    ranked: list[tuple[int, str, int, str]] = []
    for person_id, name in people.items():
        folded = _folded(name)
        if folded.startswith(sought):
            ranked.append((0, folded, person_id, name))
        elif any(word.startswith(sought) for word in folded.split()):
            ranked.append((1, folded, person_id, name))
    return tuple((person_id, name) for _, _, person_id, name in sorted(ranked)[:limit])


def _calls(people: Mapping[int, str]) -> Sequence[tuple[str, int]]:
    """Return how each person can be called, longest first; a name that several have calls nobody."""
    whole: defaultdict[str, set[int]] = defaultdict(set)
    first: defaultdict[str, set[int]] = defaultdict(set)
    for person_id, name in people.items():
        folded = " ".join(_folded(name).split())
        if folded:
            whole[folded].add(person_id)
            first[folded.split()[0]].add(person_id)
    calls = {call: next(iter(ids)) for call, ids in first.items() if len(ids) == 1}
    calls |= {call: next(iter(ids)) for call, ids in whole.items() if len(ids) == 1}
    return sorted(calls.items(), key=lambda one: (-len(one[0]), one[0]))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _continues(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.category(char).startswith("M")
