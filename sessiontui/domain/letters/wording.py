"""How a letter is worded: a subject and lines with names in them, and how names become what they stand for.

``$name`` stands for a value, ``$$`` for a dollar; nothing else is understood, so a wording can do nothing but
say.
A line that names something which is empty is left out: ``With: $mentor`` vanishes where nobody leads the session.
Values are made visible before they are put in, and are put in once: a title that reads ``$link`` stays one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from sessiontui.domain.records import record
from sessiontui.domain.text import visible, visible_block

LONGEST: Final = 8_000
"""Characters that a wording may have: more is no letter."""

_SUBJECT: Final = "Subject:"
_SIGN: Final = re.compile(r"\$(?:(?P<dollar>\$)|(?P<name>[a-z_]+)|\{(?P<braced>[a-z_]+)\}|(?P<wrong>))")


@record
class Text:
    """What a letter says: one line above it, and the letter itself."""

    subject: str
    body: str


@record
class Wording:
    """A letter with names in it; ``subject`` is one line."""

    subject: str
    body: str

    def say(self, values: Mapping[str, str]) -> Text:
        """Return the letter with the values in the place of their names; ``KeyError`` for a name without a value.

        >>> Wording("$title", "Hello\\n\\nWith: $mentor\\n\\nIn $title").say({"title": "CV review", "mentor": ""})
        Text(subject='CV review', body='Hello\\n\\nIn CV review\\n')
        """
        lines: list[str] = []
        is_blank = True
        for line in self.body.split("\n"):
            if any(not values[name] for name in names_in(line)) or (is_blank and not line.strip()):
                continue
            is_blank = not line.strip()
            lines.append(_filled(line, values))
        return Text(visible(_filled(self.subject, values)), "\n".join(lines).rstrip("\n") + "\n")


@record(kw_only=True)
class Fault:
    """What is wrong with a file of wordings; ``line`` is 0 where it is about the whole file."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


def names_in(text: str) -> list[str]:
    """Return the names in a text, in their order.

    >>> names_in("$title on ${when}, 5 $$")
    ['title', 'when']
    """
    found = (match["name"] or match["braced"] for match in _SIGN.finditer(text))
    return [name for name in found if name]


def parse(text: str, *, file: str, names: Collection[str]) -> tuple[Wording | None, tuple[Fault, ...]]:
    r"""Read a wording: ``Subject:`` and one line, an empty line, the letter; nothing, and what is wrong, otherwise.

    >>> parse("Subject: $title\n\nHello $nobody", file="x.txt", names={"title", "name"})[1][0].line
    3
    """
    text = visible_block(text.removeprefix("\ufeff"))
    if len(text) > LONGEST:
        return None, (Fault(file=file, line=0, what=f"it is longer than {LONGEST} characters"),)
    first, _, rest = text.partition("\n")
    faults: list[Fault] = []
    subject = first.removeprefix(_SUBJECT).strip()
    if not first.startswith(_SUBJECT) or not subject:
        faults.append(Fault(file=file, line=1, what=f"it does not begin with {_SUBJECT!r} and a line"))
    elif rest.split("\n", 1)[0].strip():
        faults.append(Fault(file=file, line=2, what="the line below the subject is not empty"))
    elif not rest.strip():
        faults.append(Fault(file=file, line=0, what="it says nothing below the subject"))
    for number, line in enumerate(text.split("\n"), start=1):
        faults += (Fault(file=file, line=number, what=what) for what in _wrong_in(line, names))
    if faults:
        return None, tuple(faults)
    return Wording(subject, rest.strip("\n")), ()


def plain(values: Mapping[str, str]) -> dict[str, str]:
    """Return values without anything that acts on a screen or forges a heading; their lines stay lines."""
    return {name: visible_block(value).strip("\n") for name, value in values.items()}


def _wrong_in(line: str, names: Collection[str]) -> list[str]:
    wrong = [
        f"${name} is no name here; there are: {', '.join(f'${one}' for one in sorted(names))}"
        for name in names_in(line)
        if name not in names
    ]
    if any(match["wrong"] is not None for match in _SIGN.finditer(line)):
        wrong.append("a $ stands alone; write $$ for a dollar")
    return wrong


def _filled(line: str, values: Mapping[str, str]) -> str:
    return _SIGN.sub(lambda found: "$" if found["dollar"] else values[found["name"] or found["braced"]], line)
