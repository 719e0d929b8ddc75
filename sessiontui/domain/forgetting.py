"""Forgetting a person: what is put in place of a name, and how it is taken out of texts without hurting others'."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from sessiontui.domain.chain import Json

ERASED: Final = "erased person"
"""What stands wherever the name stood."""

LEAST: Final = 2
"""Characters that a name must have to be looked for in texts: a single letter is in every one."""

Scrub: TypeAlias = Callable[[str], str]
"""Takes what is to be forgotten out of a text."""


def scrubber(name: str, marks: Iterable[str], *, others: Iterable[str] = ()) -> Scrub:
    r"""Return what takes a name, and marks such as addresses and numbers, out of texts.

    Names of ``others`` that hold the name stay whole.

    >>> scrub = scrubber("Ana", ["ana@example.org"], others=["Ana Lopez"])
    >>> scrub("approved Ana, Anabel and Ana Lopez; wrote to ANA@example.org")
    'approved erased person, Anabel and Ana Lopez; wrote to erased person'
    """
    parts: list[str] = []
    if len(name.strip()) >= LEAST:
        kept = sorted({other for other in others if name in other and other != name}, key=len, reverse=True)
        parts += [rf"(?P<kept>{'|'.join(map(re.escape, kept))})"] if kept else []
        parts.append(rf"(?<!\w){re.escape(name)}(?!\w)")
    parts += [
        rf"(?<!\w)(?i:{re.escape(mark)})(?!\w)" for mark in sorted(set(marks), key=len, reverse=True) if len(mark) > 3
    ]
    if not parts:
        return lambda text: text
    pattern = re.compile("|".join(parts))

    def scrub(text: str) -> str:
        return pattern.sub(lambda found: found.groupdict().get("kept") or ERASED, text)

    return scrub


def scrub_json(value: Json, scrub: Scrub) -> Json:
    """Return a value with every text in it scrubbed; the names of its fields stay.

    >>> scrub_json({"by": ["Ana", 3]}, scrubber("Ana", []))
    {'by': ['erased person', 3]}
    """
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {key: scrub_json(part, scrub) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [scrub_json(part, scrub) for part in value]
    return value
