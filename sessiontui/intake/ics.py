"""iCalendar: the text is taken apart into components with their lines; events become sessions in `ics_events`.

Components are found before anything in them is read, so that a broken line costs its component at most.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.phrases import count
from sessiontui.intake.ics_events import read_events
from sessiontui.intake.ics_lines import ContentLine
from sessiontui.intake.ics_zones import Zones

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.source import Source

_BEGIN: Final = re.compile(
    r"(?:^|[\r\n])[ \t]*BEGIN[ \t]*:[ \t]*(?:VCALENDAR|VEVENT|VTODO|VJOURNAL|VFREEBUSY|VTIMEZONE|VAVAILABILITY)",
    re.IGNORECASE,
)
_NO_SESSION: Final = {
    "VTODO": "a task is not a session",
    "VJOURNAL": "a journal entry is not a session",
    "VFREEBUSY": "free and busy times are not a session",
    "VAVAILABILITY": "times of availability are not a session",
}
_OTHERS: Final = {
    "VTODO": ("task", "tasks"),
    "VJOURNAL": ("journal entry", "journal entries"),
    "VFREEBUSY": ("list of free and busy times", "lists of free and busy times"),
    "VAVAILABILITY": ("list of availability", "lists of availability"),
    "VALARM": ("reminder", "reminders"),
}
_MAX_DEPTH: Final = 50  # no calendar nests deeper than three


@dataclass(slots=True)
class Component:
    """A component of a calendar: where it begins, its own lines, and the components inside."""

    name: str
    line: int
    lines: list[ContentLine] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    closed: bool = False

    def value(self, name: str) -> str | None:
        """Return the raw value of the first line of a name."""
        return next((line.value for line in self.lines if line.name == name), None)

    def plain(self, name: str) -> str | None:
        """Return the text of the first line of a name, its escapes resolved."""
        return next((line.plain() for line in self.lines if line.name == name), None)

    def walk(self) -> Iterator[Component]:
        """Yield this component and all inside it, in the order of the file."""
        waiting = [self]
        while waiting:
            component = waiting.pop()
            yield component
            waiting.extend(reversed(component.parts))

    def as_text(self) -> str:
        """Return the component as iCalendar text again."""
        body = [line.text for line in self.lines]
        body += [part.as_text() for part in self.parts]
        return "\r\n".join([f"BEGIN:{self.name}", *body, f"END:{self.name}"])


def recognises(source: Source) -> bool:
    """Return whether a component of iCalendar begins at the beginning of a line near the top."""
    return _BEGIN.search(source.opening.lstrip("\ufeff")) is not None


def read(source: Source, findings: Findings) -> None:
    """Read a calendar: its events become sessions, with the people invited and their answers."""
    roots = _components(source.text.lstrip("\ufeff").replace("\0", "�"), findings)
    if not any(root.name.startswith(("V", "X-")) for root in roots):
        raise BadInput("there is no component of iCalendar in it", place=source.name)
    for root in roots:
        zones = Zones(
            {
                tzid: part.as_text()
                for part in root.walk()
                if part.name == "VTIMEZONE" and (tzid := part.plain("TZID"))
            },
            stated=root.value("X-WR-TIMEZONE"),
            fallback=source.zone,
            findings=findings,
            place=source.name,
        )
        method = (root.value("METHOD") or "").strip().upper()
        events, others = list[Component](), list[Component]()
        for component in root.walk():
            if component.name == "VEVENT":
                events.append(component)
                if not component.closed:
                    findings.note(f"line {component.line}: the event is not closed by END:VEVENT")
            elif component.name in _NO_SESSION or component.name == "VALARM":
                others.append(component)
        _pass_over(others, findings, is_alone=not events)
        read_events([(event.line, event.lines) for event in events], zones, findings, method=method)
    if findings.is_empty:
        findings.note("there is no event in it")


def _pass_over(others: Sequence[Component], findings: Findings, *, is_alone: bool) -> None:
    """Tell what beside events is in a calendar, once with a count; where it is all there is, it is refused."""
    if is_alone:
        for component in others:
            if component.name in _NO_SESSION:
                findings.refuse(component.line, f"{component.name}: {_NO_SESSION[component.name]}")
        return
    numbers = Counter(component.name for component in others)
    told = [count(numbers[name], one, many) for name, (one, many) in _OTHERS.items() if numbers[name]]
    if told:
        findings.note(f"passed over, as they are no sessions: {', '.join(told)}")


def _components(text: str, findings: Findings) -> list[Component]:
    """Return the outermost components; lines outside of any are told once."""
    roots: list[Component] = []
    stack: list[Component] = []
    for line in _unfolded(text):
        if line.name == "BEGIN":
            name = line.value.strip().upper()
            if name == "VEVENT" and any(open_one.name == "VEVENT" for open_one in stack):
                while stack.pop().name != "VEVENT":
                    pass
            component = Component(name, line.line)
            if len(stack) >= _MAX_DEPTH:
                findings.refuse(line.line, f"{name[:40]}: nested more than {_MAX_DEPTH} levels deep")
                continue
            (stack[-1].parts if stack else roots).append(component)
            stack.append(component)
        elif line.name == "END":
            _close(stack, line.value.strip().upper())
        elif stack:
            stack[-1].lines.append(line)
        elif line.text.strip():
            findings.note(f"line {line.line}: it stands outside of the calendar")
    return roots


def _close(stack: list[Component], name: str) -> None:
    """Close the innermost component of a name, with all that is still open inside; others are left alone."""
    if any(component.name == name for component in stack):
        while stack:
            component = stack.pop()
            if component.name == name:
                component.closed = True
                return


def _unfolded(text: str) -> Iterator[ContentLine]:
    """Yield the content lines: a line that begins with white space goes on where the last one ended."""
    start, parts = 0, list[str]()
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield ContentLine.of(start, "".join(parts))
        start, parts = number, [line] if line.strip() else []
    if parts:
        yield ContentLine.of(start, "".join(parts))
