"""The schema of templates: what a mapping must be to mean one, and everything that is wrong where it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from sessiontui.domain.planning.draft import GoalDraft, MilestoneDraft, PlanDraft
from sessiontui.domain.planning.words import MilestoneRule, Phase
from sessiontui.domain.templates.faults import Fault, Faulty
from sessiontui.domain.templates.ordering import circle, tree_order
from sessiontui.domain.templates.places import Path
from sessiontui.domain.templates.shape import (
    MAX_CHECKS,
    MAX_GOALS,
    MAX_KEY,
    MAX_MILESTONES,
    MAX_MINUTES,
    MAX_NAME,
    MAX_WEIGHT,
    Difficulty,
    Template,
    slug_of,
)
from sessiontui.domain.text import MAX_BLOCK, MAX_LINE, MAX_TAG, MAX_TAGS, safe_block, safe_line
from sessiontui.domain.vocabulary import Kind

Raw: TypeAlias = "object"
"""A value as a parser gives it."""

MAX_CAPACITY: Final = 1_000_000

_MOST_THRESHOLD: Final = 1_000_000

FIELDS: Final = (
    "name", "slug", "kind", "minutes", "difficulty", "title", "description", "capacity", "tags", "goals",
    "milestones", "checklist",
)  # fmt: skip
"""The fields of a template, in the order in which they are written."""

_GOAL: Final = ("key", "title", "criteria", "weight", "phase", "parent", "needs")
_MILESTONE: Final = ("title", "rule", "threshold")

_Word = TypeVar("_Word", bound=StrEnum)
_Kept = TypeVar("_Kept")


def template_of(given: Mapping[str, Raw]) -> Template:
    """Return the template that a mapping means; ``Faulty`` tells all that is wrong with it, without lines."""
    check = _Check()
    check.known((), given, FIELDS)
    name = check.line((), given, "name", MAX_NAME, needed=True)
    template = Template(
        slug=_slug(check, given, name),
        name=name,
        kind=check.word((), given, "kind", Kind) or check.missing(("kind",), Kind.WORK),
        minutes=check.number((), given, "minutes", 1, MAX_MINUTES) or check.missing(("minutes",), 1),
        difficulty=check.word((), given, "difficulty", Difficulty) or Difficulty.MEDIUM,
        title=check.line((), given, "title", MAX_LINE),
        description=check.block((), given, "description"),
        capacity=check.number((), given, "capacity", 0, MAX_CAPACITY) or 0,
        tags=check.lines((), given, "tags", MAX_TAGS, MAX_TAG),
        plan=PlanDraft(
            goals=_goals(check, given),
            milestones=_milestones(check, given),
            checklist=check.lines((), given, "checklist", MAX_CHECKS, MAX_LINE),
        ),
    )
    if check.faults:
        raise Faulty(check.faults)
    return template


def _slug(check: _Check, given: Mapping[str, Raw], name: str) -> str:
    written = check.line((), given, "slug", MAX_KEY)
    if written and slug_of(written) != written:
        check.fault(("slug",), f"{written!r} cannot be typed plainly: small letters, digits and hyphens")
    slug = written or slug_of(name)
    if name and not slug:
        check.fault(("slug",), "the name has no plain letters: give a slug, such as deep-talk")
    return slug


def _goals(check: _Check, given: Mapping[str, Raw]) -> tuple[GoalDraft, ...]:
    tables = check.tables(given, "goals", MAX_GOALS, _GOAL)
    goals: list[GoalDraft] = []
    taken: set[str] = set()
    for place, table in tables:
        path: Path = ("goals", place)
        title = check.line(path, table, "title", MAX_LINE, needed=True)
        key = check.line(path, table, "key", MAX_KEY) or _free(slug_of(title) or f"goal-{place + 1}", taken)
        if key in taken:
            check.fault((*path, "key"), f"another goal is called {key!r} already")
        taken.add(key)
        goals.append(
            GoalDraft(
                key=key,
                title=title,
                criteria=check.line(path, table, "criteria", MAX_LINE),
                weight=check.number(path, table, "weight", 1, MAX_WEIGHT) or 1,
                phase=check.word(path, table, "phase", Phase),
                parent=check.line(path, table, "parent", MAX_KEY),
                needs=check.lines(path, table, "needs", MAX_GOALS, MAX_KEY),
            )
        )
    places = {goal.key: place for (place, _), goal in zip(tables, goals, strict=True)}
    _check_ties(check, goals, places)
    return tuple(goals) if check.faults else tree_order(goals)


def _free(key: str, taken: set[str]) -> str:
    return (
        key if key not in taken else next(f"{key}-{n}" for n in range(2, MAX_GOALS + 3) if f"{key}-{n}" not in taken)
    )


def _check_ties(check: _Check, goals: Sequence[GoalDraft], places: Mapping[str, int]) -> None:
    """Check that goals hang below and need others that there are, and never go round in a circle."""
    broken = False
    for goal in goals:
        path: Path = ("goals", places[goal.key])
        for what, keys in (("parent", [goal.parent] if goal.parent else []), ("needs", goal.needs)):
            for key in keys:
                if key not in places:
                    check.fault((*path, what), f"there is no goal {key!r}")
                    broken = True
    if broken:
        return
    for what, ties in (
        ("parent", {goal.key: (goal.parent,) if goal.parent else () for goal in goals}),
        ("needs", {goal.key: goal.needs for goal in goals}),
    ):
        if found := circle(ties):
            said = " needs ".join(found) if what == "needs" else " below ".join(found)
            check.fault(("goals", places[found[0]], what), f"this goes round in a circle: {said}")
            return


def _milestones(check: _Check, given: Mapping[str, Raw]) -> tuple[MilestoneDraft, ...]:
    made: list[MilestoneDraft] = []
    for place, table in check.tables(given, "milestones", MAX_MILESTONES, _MILESTONE):
        path: Path = ("milestones", place)
        rule = check.word(path, table, "rule", MilestoneRule) or MilestoneRule.MANUAL
        threshold = check.number(path, table, "threshold", 0, _MOST_THRESHOLD) or 0
        if rule is MilestoneRule.MANUAL and threshold:
            check.fault((*path, "threshold"), "a milestone that is reached by hand has no threshold")
        if rule is not MilestoneRule.MANUAL and not threshold and "threshold" not in check.bad(path):
            check.fault((*path, "threshold"), f"from how many on is it reached? {rule} needs a number from 1 on")
        title = check.line(path, table, "title", MAX_LINE, needed=True)
        made.append(MilestoneDraft(title=title, rule=rule, threshold=threshold))
    return tuple(made)


class _Check:
    """Asks for the values of a mapping one by one and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: Path, said: str) -> None:
        """Note one thing that is wrong."""
        self.faults.append(Fault(path, said))

    def bad(self, path: Path) -> set[str]:
        """Return the names of values directly below a place with which something is wrong."""
        return {str(one.path[-1]) for one in self.faults if one.path[:-1] == path}

    def missing(self, path: Path, instead: _Kept) -> _Kept:
        """Note that a value is missing, unless it is there and wrong, and return what goes on instead of it."""
        if not any(fault.path == path for fault in self.faults):
            self.fault(path, "is missing")
        return instead

    def known(self, path: Path, given: Mapping[str, Raw], names: Sequence[str]) -> None:
        """Note names that mean nothing."""
        for name in given:
            if name not in names:
                self.fault(
                    (*path, safe_line(str(name), MAX_KEY)), f"there is no such field: there are {', '.join(names)}"
                )

    def line(self, path: Path, given: Mapping[str, Raw], name: str, limit: int, *, needed: bool = False) -> str:
        """Return a text of one line, empty where it is missing."""
        text = " ".join(self._text((*path, name), given.get(name, ""), limit).split())
        return text or (self.missing((*path, name), "") if needed else "")

    def block(self, path: Path, given: Mapping[str, Raw], name: str) -> str:
        """Return a text of several lines."""
        return self._text((*path, name), given.get(name, ""), MAX_BLOCK).strip()

    def _text(self, path: Path, value: Raw, limit: int) -> str:
        if not isinstance(value, str):
            self.fault(path, f"{_shown(value)} is not a text: write it in quotes")
            return ""
        if len(value) > limit:
            self.fault(path, f"has {len(value)} characters, at most {limit} are possible")
            return ""
        return safe_block(value, limit)

    def number(self, path: Path, given: Mapping[str, Raw], name: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds, ``None`` where it is missing or wrong."""
        value = given.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault((*path, name), f"{_shown(value)} is not a whole number")
        elif not least <= value <= most:
            self.fault((*path, name), f"{_shown(value)} is not between {least} and {most}")
        else:
            return value
        return None

    def word(self, path: Path, given: Mapping[str, Raw], name: str, words: type[_Word]) -> _Word | None:
        """Return a word of a vocabulary, ``None`` where it is missing or wrong."""
        value = given.get(name)
        if value is None or value == "":
            return None
        try:
            return (
                words(value.strip().lower().replace(" ", "_").replace("-", "_"))
                if isinstance(value, str)
                else words("")
            )
        except ValueError:
            self.fault((*path, name), f"{_shown(value)} is none of {', '.join(words)}")
            return None

    def lines(self, path: Path, given: Mapping[str, Raw], name: str, most: int, limit: int) -> tuple[str, ...]:
        """Return texts of one line each, none of them twice."""
        value = given.get(name, [])
        if not isinstance(value, list | tuple):
            self.fault((*path, name), f'{_shown(value)} is not a list: write ["…", "…"]')
            return ()
        if len(value) > most:
            self.fault((*path, name), f"has {len(value)} entries, at most {most} are possible")
            return ()
        texts = (self._text((*path, name, place), one, limit) for place, one in enumerate(value))
        clean = (" ".join(text.split()) for text in texts)
        return tuple(dict.fromkeys(text for text in clean if text))

    def tables(
        self, given: Mapping[str, Raw], name: str, most: int, names: Sequence[str]
    ) -> list[tuple[int, Mapping[str, Raw]]]:
        """Return the tables of a list with their places, those that are none left out."""
        value = given.get(name, [])
        if not isinstance(value, list | tuple):
            self.fault((name,), f"is not a list of tables: begin each with [[{name}]]")
            return []
        if len(value) > most:
            self.fault((name,), f"has {len(value)} entries, at most {most} are possible")
            return []
        found: list[tuple[int, Mapping[str, Raw]]] = []
        for place, one in enumerate(value):
            if not isinstance(one, Mapping):
                self.fault((name, place), f"{_shown(one)} is not a table: begin each with [[{name}]]")
                continue
            self.known((name, place), one, names)
            found.append((place, one))
        return found


def _shown(value: Raw) -> str:
    """Return a wrong value as a message shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10**12:
        return "that number"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    return f"{value!r}" if isinstance(value, str) and len(value) <= 40 else safe_line(str(value), 40)
