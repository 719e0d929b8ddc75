"""The filter language as SQL: a condition over ``session s``, saying exactly what the domain's measure says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias, assert_never

from sessiontui.domain.alerts import level_of
from sessiontui.domain.instants import maybe_ms
from sessiontui.domain.query.folding import worded
from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import (
    And,
    Between,
    Choice,
    Expression,
    Fact,
    Holds,
    InView,
    Label,
    Labelled,
    Leaf,
    Measure,
    Moment,
    NameHas,
    Needle,
    Not,
    OneOf,
    Or,
    OutsideId,
    OwnId,
    PersonIs,
    TextHas,
    Who,
    Within,
    Wording,
)
from sessiontui.domain.vocabulary import LIVE, Badge, Severity
from sessiontui.store.haystack import tag_mark
from sessiontui.store.narrowing import NOTHING_KNOWN, TAKING_PART, Known
from sessiontui.store.reader import Value, marks
from sessiontui.store.viewing import EVERYONE, Viewer
from sessiontui.store.wording import PUBLIC_WORDS

Condition: TypeAlias = "tuple[str, tuple[Value, ...]]"

_MOMENTS: Final = {
    Moment.STARTS: "s.starts_at",
    Moment.ENDS: "s.ends_at",
    Moment.CREATED: "s.created_at",
    Moment.FINISHED: "s.final_end_at",
}

MEAN_RATING: Final = "(SELECT avg(f.rating) FROM follow_up f WHERE f.session_id = s.id)"
"""What those who were there made of ``session s``, on the mean; NULL where nobody has said."""

_MEASURES: Final = {
    Measure.MINUTES: "((s.ends_at - s.starts_at) / 60000.0)",
    Measure.ACTUAL: "(s.actual_ms / 60000.0)",
    Measure.EFFICIENCY: "(s.actual_ms * 1.0 / (s.ends_at - s.starts_at))",
    Measure.PENDING: "s.pending",
    Measure.APPROVED: "s.approved",
    Measure.REJECTED: "s.rejected",
    Measure.ACTIVE: "s.active",
    Measure.LEFT: "s.departed",
    Measure.CAPACITY: "nullif(s.capacity, 0)",
    Measure.RATING: MEAN_RATING,
    Measure.PROGRESS: "s.progress",
}

ALERTED: Final = "EXISTS (SELECT 1 FROM alert a WHERE a.session_id = s.id AND a.resolved_at IS NULL AND "
"""How a condition about an open alert begins; it is closed by what is asked of the alert."""

_BLOCKED: Final = (
    "EXISTS (SELECT 1 FROM blocker b WHERE b.session_id = s.id"
    " AND b.resolved_at IS NULL AND b.removed_at IS NULL AND "
)
_IN_PHASE: Final = (
    "EXISTS (SELECT 1 FROM goal g WHERE g.session_id = s.id AND g.state = 'open' AND g.removed_at IS NULL AND "
)

_FACTS: Final = {
    Fact.LIVE: f"s.status IN ({','.join(repr(str(status)) for status in sorted(LIVE))})",
    Fact.ENDED: "s.status IN ('ended_complete','ended_early','ended_no_show')",
    Fact.PROVISIONAL: "s.provisional",
    Fact.ARCHIVED: "s.archived_at IS NOT NULL",
    Fact.OVERBOOKED: "(s.capacity > 0 AND s.approved > s.capacity)",
    Fact.ALERTED: f"{ALERTED}1)",
    Fact.MENTOR: "s.mentor_id IS NOT NULL",
    Fact.REQUESTS: "(s.pending + s.approved + s.rejected) > 0",
    Fact.GUESTS: "(s.active + s.departed) > 0",
    Fact.LINK: "s.link != ''",
    Fact.TAGS: "s.tag_keys != ''",
    Fact.CAPACITY: "s.capacity > 0",
    Fact.ALERT: f"{ALERTED}1)",
    Fact.DESCRIPTION: "s.description != ''",
    Fact.TASKS: "s.tasks > 0",
    Fact.GOALS: "s.progress IS NOT NULL",
    Fact.WORK: "(s.kind = 'work' OR s.progress IS NOT NULL)",
    Fact.BLOCKER: f"{_BLOCKED}1)",
}


def compile_query(query: Query, known: Known = NOTHING_KNOWN, viewer: Viewer = EVERYONE) -> Condition:
    """Return the condition of a query, archived sessions left out unless it speaks of them.

    What the viewer may not see is left out, and what they may not know decides nothing.
    """
    sql, parameters = compile_expression(query.where, known, viewer)
    if not query.wants_archived:
        # Last, because hardly a row fails it: each of those that are looked through is tested until it fails.
        sql = f"({sql}) AND s.archived_at IS NULL" if sql != "1" else "s.archived_at IS NULL"
    if viewer.sees_drafts:
        return sql, parameters
    visible, whose = viewer.visible
    return f"{visible} AND ({sql})", (*whose, *parameters)


_INSIDE: Final = frozenset({Who.PERSON, Who.COLLABORATOR})
"""Who is named inside a session alone: not to everybody who sees that there is one."""


def compile_expression(expression: Expression, known: Known = NOTHING_KNOWN, viewer: Viewer = EVERYONE) -> Condition:
    """Return one expression as SQL that is true or false, never unknown."""
    match expression:
        case And(terms):
            return _joined(" AND ", terms, known, viewer, empty="1")
        case Or(terms):
            return _joined(" OR ", terms, known, viewer, empty="0")
        case Not(term):
            sql, parameters = compile_expression(term, known, viewer)
            return f"NOT ({sql})", parameters
        case InView(_, meaning):
            return compile_expression(meaning, known, viewer)
        case NameHas(who) | PersonIs(who) if who in _INSIDE and not viewer.sees_people:
            (own, whose), (sql, parameters) = viewer.own, _leaf(expression, known)
            return f"({own} AND ({sql}))", (*whose, *parameters)
        case TextHas(Wording.ANYWHERE, needle) if not viewer.sees_people:
            return _text_in_public(needle, viewer)
        case _:
            return _leaf(expression, known)


def _leaf(leaf: Leaf, known: Known) -> Condition:
    match leaf:
        case OneOf(choice, values):
            return _one_of(choice, values)
        case Within(moment, since, until):
            return _range(_MOMENTS[moment], maybe_ms(since), maybe_ms(until), low=">=", high="<")
        case Between(measure, low, high, strict):
            above, below = (">", "<") if strict else (">=", "<=")
            return _range(_MEASURES[measure], low, high, low=above, high=below)
        case Holds(fact):
            return f"({_FACTS[fact]})", ()
        case OwnId(row_id):
            return "s.id = ?", (row_id,)
        case OutsideId(source, row_id):
            test, named = ("", ()) if source is None else ("s.source = ? AND ", (source,))
            return f"ifnull({test}s.external_id = ?, 0)", (*named, row_id)
        case NameHas(who, words):
            return _named(who, words, known.people.get(leaf))
        case PersonIs(who, row_id):
            return _person(who, "= ?", (row_id,))
        case TextHas(wording, needle):
            column = "s.title_words" if wording is Wording.TITLE else "s.haystack"
            return f"{column} LIKE ? ESCAPE '\\'", (_pattern(needle),)
        case Labelled(label, key):
            return _label(label, key, known)
        case InView(_, meaning):
            return compile_expression(meaning, known)
        case _:
            assert_never(leaf)


def _label(label: Label, key: str, known: Known) -> Condition:
    match label:
        case Label.TAG:
            return "instr(s.tag_keys, ?) > 0", (tag_mark(key),)
        case Label.TEMPLATE:
            return "EXISTS (SELECT 1 FROM template t WHERE t.id = s.template_id AND t.slug = ?)", (worded(key),)
        case Label.PROJECT:
            return "EXISTS (SELECT 1 FROM project p WHERE p.id = s.project_id AND p.slug = ?)", (worded(key),)
        case Label.SOURCE if key in known.sources:
            return f"s.source IN ({','.join('?' * len(known.sources[key]))})", known.sources[key]
        case Label.SOURCE:
            return "lower(s.source) = ?", (key,)


def compile_for_alerts(query: Query, known: Known = NOTHING_KNOWN) -> Condition:
    """Return the condition of a query over ``alert a`` with its ``session s``, which may be none.

    What is said of alerts is asked of the alert itself, not of others of the session.
    """
    sql, parameters = compile_query(query, known)
    return f"ifnull({sql.replace(ALERTED, '(')}, 0)", parameters


def _joined(word: str, terms: Iterable[Expression], known: Known, viewer: Viewer, *, empty: str) -> Condition:
    parts = [compile_expression(term, known, viewer) for term in sorted(terms, key=_is_told_by_rank)]
    if not parts:
        return empty, ()
    sql = word.join(f"({part})" for part, _ in parts)
    return sql, tuple(value for _, values in parts for value in values)


def _is_told_by_rank(term: Expression) -> bool:
    """Return whether an order of urgency looks at hardly a row for which a term does not hold: it is tested last."""
    match term:
        case OneOf(Choice.STATUS) | Holds(Fact.LIVE | Fact.ENDED):
            return True
        case _:
            return False


def _text_in_public(needle: Needle, viewer: Viewer) -> Condition:
    """Return the condition that words stand where the viewer may read: in one's own session anywhere."""
    own, whose = viewer.own
    pattern = _pattern(needle)
    hosts = (
        "EXISTS (SELECT 1 FROM person p WHERE p.id IN (s.author_id, s.mentor_id) AND p.name_key LIKE ? ESCAPE '\\')"
    )
    public = f"{PUBLIC_WORDS}(s.haystack, json_array_length(s.tags), ?, ?)"
    return (
        f"s.haystack LIKE ? ESCAPE '\\' AND ({own} OR {public} OR {hosts})",
        (pattern, *whose, " ".join(needle.words), int(needle.prefix), pattern),
    )


def _one_of(choice: Choice, values: tuple[str, ...]) -> Condition:
    match choice:
        case Choice.ARCHIVED:
            tests = {"yes": "s.archived_at IS NOT NULL", "no": "s.archived_at IS NULL"}
            return " OR ".join(tests[value] for value in values), ()
        case Choice.BADGE:
            names = [f"%,{Badge(value).name},%" for value in values]
            test = " OR ".join("(',' || s.badges || ',') LIKE ?" for _ in names)
            return f"s.badges != '' AND ({test})", tuple(names)
        case Choice.ALERT:
            levels = [level_of(severity) for severity in Severity if severity in values]
            rules = [str(value) for value in values if value not in set(Severity)]
            return f"{ALERTED}(a.rule IN ({marks(rules)}) OR a.level IN ({marks(levels)})))", (*rules, *levels)
        case Choice.BLOCKER:
            return f"{_BLOCKED}b.kind IN ({marks(values)}))", tuple(str(value) for value in values)
        case Choice.PHASE:
            return f"{_IN_PHASE}g.phase IN ({marks(values)}))", tuple(str(value) for value in values)
        case _:
            return f"s.{choice.value} IN ({','.join('?' * len(values))})", tuple(str(value) for value in values)


def _range(column: str, since: float | None, until: float | None, *, low: str, high: str) -> Condition:
    tests = [f"{column} {sign} ?" for sign, bound in ((low, since), (high, until)) if bound is not None]
    bounds = tuple(bound for bound in (since, until) if bound is not None)
    return f"ifnull({' AND '.join(tests)}, 0)", bounds


def _named(who: Who, words: tuple[str, ...], ids: tuple[int, ...] | None) -> Condition:
    test, patterns = name_test(words)
    if ids is None and who is Who.PERSON:
        # So many bear it that the sessions of all of them would be too many to name: each is looked into.
        own = "EXISTS (SELECT 1 FROM {} v CROSS JOIN person p ON p.id = v.person_id WHERE v.session_id = s.id AND {})"
        sql = f"({' OR '.join(own.format(table, test) for table in TAKING_PART)})"
        parameters: tuple[Value, ...] = patterns * len(TAKING_PART)
    elif ids is None:
        sql, parameters = _person(who, f"IN (SELECT p.id FROM person p WHERE {test})", patterns)
    else:
        sql, parameters = _person(who, f"IN ({marks(ids)})", ids)
    if who is not Who.PERSON:
        return sql, parameters
    unknown = (
        "EXISTS (SELECT 1 FROM attendee p WHERE p.session_id = s.id AND p.person_id IS NULL"
        " AND EXISTS (SELECT 1 FROM presence v WHERE v.session_id = s.id AND v.attendee_id = p.id) AND "
    )
    borne, values = f"({sql} OR {unknown}{test}))", (*parameters, *patterns)
    if ids is not None:
        return borne, values
    # Who takes part stands in the text: without the words there, nobody has to be looked up.
    written = test.replace("p.name_key", "s.haystack")
    return f"(({written} OR s.id IN (SELECT session_id FROM words_due)) AND {borne})", (*patterns, *values)


def name_test(words: tuple[str, ...]) -> Condition:
    """Return the condition that each of the words begins some word of the name of ``p``."""
    test = " AND ".join("p.name_key LIKE ? ESCAPE '\\'" for _ in words) or "1"
    return test, tuple(_pattern(Needle((word,), prefix=True)) for word in words)


def _person(who: Who, test: str, parameters: tuple[Value, ...]) -> Condition:
    match who:
        case Who.MENTOR:
            return f"ifnull(s.mentor_id {test}, 0)", parameters
        case Who.AUTHOR:
            return f"ifnull(s.author_id {test}, 0)", parameters
        case Who.COLLABORATOR:
            return f"s.id IN (SELECT session_id FROM collaborator WHERE person_id {test})", parameters
        case Who.PERSON:
            # All at once by the index on people: cheaper than looking into each session.
            every = " UNION ALL ".join(
                f"SELECT session_id FROM {table} WHERE person_id {test}" for table in TAKING_PART
            )
            return f"s.id IN ({every})", parameters * len(TAKING_PART)


def _pattern(needle: Needle) -> str:
    text = " ".join(needle.words)
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"% {text}%" if needle.prefix else f"% {text} %"
