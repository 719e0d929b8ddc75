"""Who may do what: one table of role and action, and the one function that reads it.

Services enforce it with ``require``; front ends ask ``may`` to dim a key and say why. A list that a mentor
sees or exports is narrowed with ``reach``, because one answer cannot hold for all its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Role


class Action(StrEnum):
    """What someone may want to do, as far as rights tell it apart."""

    SEE_SESSIONS = "see_sessions"
    SEE_ATTENDANCE = "see_attendance"
    ASK = "ask"
    PRESENCE = "presence"
    CREATE = "create"
    EDIT = "edit"
    PUBLISH = "publish"
    DECIDE = "decide"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    EXTEND = "extend"
    ARCHIVE = "archive"
    RESTORE = "restore"
    CANCEL = "cancel"
    REOPEN = "reopen"
    RESCHEDULE = "reschedule"
    REASSIGN = "reassign"
    EMERGENCY_CANCEL = "emergency_cancel"
    REMIND = "remind"
    MESSAGE = "message"
    SURVEY = "survey"
    CORRECT_ATTENDANCE = "correct_attendance"
    REVEAL_PASSCODE = "reveal_passcode"
    MODERATE = "moderate"
    OPEN_RECORDING = "open_recording"
    ALERT = "alert"
    ANALYTICS = "analytics"
    EXPORT = "export"
    SEE_TALK = "see_talk"
    SEE_SCORES = "see_scores"
    COLLABORATE = "collaborate"
    IMPORT_FILES = "import_files"
    MANAGE_TEMPLATES = "manage_templates"
    SEE_PROJECTS = "see_projects"
    CHANGE_PROJECTS = "change_projects"
    VISIT = "visit"
    SEE_LOGINS = "see_logins"
    REVOKE_LOGINS = "revoke_logins"
    SEE_JOBS = "see_jobs"
    RUN_JOBS = "run_jobs"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_ROLES = "manage_roles"


class Reach(StrEnum):
    """How far a right goes.

    ``own`` is a session that one hosts, authored or collaborates on; for the actions in ``ABOUT_ONESELF``
    it is oneself. ``own_draft`` is such a session while it is a draft. ``approved`` is a session that one is
    approved for, or an own one. ``no_names`` is everything, with people left unnamed.
    """

    YES = "yes"
    NO_NAMES = "no_names"
    OWN = "own"
    OWN_DRAFT = "own_draft"
    APPROVED = "approved"
    NO = "no"


_COLUMNS: Final = (Role.VIEWER, Role.PARTICIPANT, Role.MENTOR, Role.ADMIN, Role.SUPERADMIN)

# Reopening stands with cancelling: who may not cancel a session may not undo another's cancelling either.
# Reaches in the order of _COLUMNS.
_TABLE: Final = {
    "see_sessions": "yes yes yes yes yes",
    "see_attendance": "yes own own yes yes",
    "see_talk": "yes approved approved yes yes",
    "collaborate": "no own own yes yes",
    "ask": "no own own yes yes",
    "presence": "no approved own yes yes",
    "create edit publish": "no own own yes yes",
    "decide start pause resume complete extend archive restore": "no own own yes yes",
    "cancel reopen reschedule reassign emergency_cancel": "no own_draft own yes yes",
    "remind message survey correct_attendance": "no no own yes yes",
    "reveal_passcode moderate": "no approved own yes yes",
    # Being meant by a recording counts as being approved for its session, also for a mentor in another's session.
    "open_recording": "no approved approved yes yes",
    "alert": "no no own yes yes",
    "analytics export": "no_names no own yes yes",
    "see_scores": "no_names own own yes yes",
    "import_files manage_templates": "no no own yes yes",
    # A project is one's own if one made it or was ever at work on it; a visit is a person's own besides.
    "see_projects": "yes own own yes yes",
    "change_projects visit": "no own own yes yes",
    "see_logins revoke_logins": "no own own yes yes",
    "see_jobs": "yes no yes yes yes",
    "run_jobs": "no no no yes yes",
    "manage_people": "no no no yes yes",
    "manage_roles": "no no no no yes",
}


def _matrix() -> Mapping[Role, Mapping[Action, Reach]]:
    columns: dict[Role, dict[Action, Reach]] = {role: {} for role in _COLUMNS}
    for actions, reaches in _TABLE.items():
        for action in actions.split():
            for role, word in zip(_COLUMNS, reaches.split(), strict=True):
                columns[role][Action(action)] = Reach(word)
    return MappingProxyType({role: MappingProxyType(cells) for role, cells in columns.items()})


MATRIX: Final[Mapping[Role, Mapping[Action, Reach]]] = _matrix()
"""How far the right of each role to each action goes."""

ABOUT_ONESELF: Final = frozenset({Action.ASK, Action.PRESENCE, Action.SEE_LOGINS, Action.REVOKE_LOGINS})
"""The actions whose *own* is the person, not the session."""

PROJECTS: Final = frozenset({Action.SEE_PROJECTS, Action.CHANGE_PROJECTS, Action.VISIT})
"""The actions whose *own* is a project, not a session."""

MAKES_ONES_OWN: Final = frozenset(
    {Action.CREATE, Action.IMPORT_FILES, Action.MANAGE_TEMPLATES, Action.CHANGE_PROJECTS}
)
"""The actions that make something new, which belongs to whoever makes it: no standing is needed for them."""

READS: Final = frozenset({Action.SEE_SESSIONS, Action.SEE_ATTENDANCE, Action.SEE_TALK})
"""The actions that change nothing: a viewer of a session may do them there."""

_STRENGTH: Final = {role: strength for strength, role in enumerate(Role)}

_WORDS: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.SEE_SESSIONS: "see sessions",
        Action.SEE_ATTENDANCE: "see requests, presence and attendance",
        Action.ASK: "ask to join, withdraw or answer a survey",
        Action.PRESENCE: "join or leave a session",
        Action.CREATE: "create sessions",
        Action.EDIT: "edit sessions, goals, files and comments",
        Action.PUBLISH: "publish sessions",
        Action.DECIDE: "decide requests",
        Action.START: "start sessions",
        Action.PAUSE: "pause sessions",
        Action.RESUME: "resume sessions",
        Action.COMPLETE: "complete sessions",
        Action.EXTEND: "extend sessions",
        Action.ARCHIVE: "archive sessions",
        Action.RESTORE: "restore archived sessions",
        Action.CANCEL: "cancel sessions",
        Action.REOPEN: "reopen sessions",
        Action.RESCHEDULE: "reschedule sessions",
        Action.REASSIGN: "reassign sessions",
        Action.EMERGENCY_CANCEL: "cancel sessions with people inside",
        Action.REMIND: "remind participants",
        Action.MESSAGE: "message participants",
        Action.SURVEY: "send surveys",
        Action.CORRECT_ATTENDANCE: "correct attendance",
        Action.REVEAL_PASSCODE: "reveal passcodes",
        Action.MODERATE: "open join links to moderate",
        Action.OPEN_RECORDING: "open recordings",
        Action.ALERT: "acknowledge or snooze alerts",
        Action.ANALYTICS: "see analytics",
        Action.EXPORT: "export",
        Action.SEE_TALK: "read comments and open files",
        Action.SEE_SCORES: "see how work went and what was learned",
        Action.COLLABORATE: "say who works on sessions",
        Action.IMPORT_FILES: "import files",
        Action.MANAGE_TEMPLATES: "change templates, series and shared views",
        Action.SEE_PROJECTS: "see projects",
        Action.CHANGE_PROJECTS: "change projects, their items and questions",
        Action.VISIT: "visit projects",
        Action.SEE_LOGINS: "see logins",
        Action.REVOKE_LOGINS: "revoke, refresh or unlock logins",
        Action.SEE_JOBS: "see the worker and its jobs",
        Action.RUN_JOBS: "run, pause or stop jobs",
        Action.MANAGE_PEOPLE: "manage people",
        Action.MANAGE_ROLES: "manage roles, clients, secrets and settings",
    }
)


@record
class Actor:
    """Who acts: a person with a role, or the product itself.

    ``id`` is the person's, and ``None`` for the product's own worker. Rights come from ``role`` alone.
    """

    id: int | None
    name: str
    role: Role

    @classmethod
    def system(cls, name: str = "worker") -> Actor:
        """Return the product itself, which may do everything.

        >>> Actor.system().is_system
        True
        """
        return cls(id=None, name=name, role=Role.SUPERADMIN)

    @property
    def is_system(self) -> bool:
        """Whether the product itself acts, not a person."""
        return self.id is None


WORKER: Final = Actor.system("worker")
"""Who does what the worker's jobs do."""


@record(kw_only=True)
class Standing:
    """How an actor stands to one session and, for actions about a person, to that person.

    ``hosts`` means mentor, or author where there is no mentor; ``is_draft`` is a fact of the session;
    ``is_self`` says that the person acted upon is the actor.
    """

    hosts: bool = False
    authored: bool = False
    collaborates: bool = False
    watches: bool = False
    approved: bool = False
    is_draft: bool = False
    is_self: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the session counts as the actor's own."""
        return self.hosts or self.authored or self.collaborates


@record
class Verdict:
    """Whether something is allowed; ``reason`` is one sentence where it is not, else empty.

    ``hint`` says whom to ask. ``reach`` is the table's cell: an allowed ``no_names`` leaves people unnamed.
    """

    allowed: bool
    reason: str
    hint: str = ""
    reach: Reach = Reach.YES


def reach(actor: Actor, action: Action) -> Reach:
    """Return how far the actor's right goes, for narrowing a list to what it covers."""
    return MATRIX[actor.role][action]


def may(actor: Actor, action: Action, standing: Standing | None = None) -> Verdict:
    """Judge whether the actor may do this where they stand; no standing means no relation at all.

    >>> anna = Actor(7, "Anna", Role.MENTOR)
    >>> may(anna, Action.CANCEL, Standing(hosts=True)).allowed
    True
    >>> may(anna, Action.CANCEL, Standing()).reason
    'a mentor may cancel sessions only where they host, author or collaborate'
    """
    cell = reach(actor, action)
    if _covers(actor, action, cell, standing):
        return Verdict(True, "", reach=cell)
    who = f"{_article(actor.role)} {actor.role}"
    if action is Action.SEE_SESSIONS:
        reason = f"{who} may see drafts only where they host, author or collaborate"
    elif cell is Reach.NO:
        reason = f"{who} may not {_WORDS[action]}"
    else:
        reason = f"{who} may {_WORDS[action]} only {_limit(action, cell)}"
    return Verdict(False, reason, f"ask {_whom(action)}", cell)


def require(actor: Actor, action: Action, standing: Standing | None = None) -> Verdict:
    """Return the verdict if the actor may do this; otherwise raise ``NotAllowed`` with reason and hint."""
    verdict = may(actor, action, standing)
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, hint=verdict.hint, action=action)
    return verdict


def is_below(role: Role, other: Role) -> bool:
    """Tell whether a role is weaker than another.

    >>> is_below(Role.MENTOR, Role.ADMIN), is_below(Role.ADMIN, Role.ADMIN)
    (True, False)
    """
    return _STRENGTH[role] < _STRENGTH[other]


def may_grant(actor: Actor, *, held: Role, wanted: Role) -> Verdict:
    """Judge whether the actor may turn a person who holds one role into one who holds another.

    Both roles must be below the actor's own, except for those who manage all roles. With ``held`` equal to
    ``wanted`` it judges whether the person may be managed at all.

    >>> may_grant(Actor(1, "Bob", Role.ADMIN), held=Role.VIEWER, wanted=Role.ADMIN).reason
    'an admin may manage only people whose role is below admin'
    """
    verdict = may(actor, Action.MANAGE_PEOPLE)
    if not verdict.allowed or may(actor, Action.MANAGE_ROLES).allowed:
        return verdict
    if is_below(held, actor.role) and is_below(wanted, actor.role):
        return verdict
    reason = f"{_article(actor.role)} {actor.role} may manage only people whose role is below {actor.role}"
    return Verdict(False, reason, f"ask {_whom(Action.MANAGE_ROLES)}", verdict.reach)


def _covers(actor: Actor, action: Action, cell: Reach, standing: Standing | None) -> bool:
    if standing is None:
        standing = Standing(authored=action in MAKES_ONES_OWN)
    if standing.watches and action in READS:
        return True
    own = standing.is_self if action in ABOUT_ONESELF else standing.is_own
    if action is Action.COLLABORATE:  # who was invited to help does not invite
        own = standing.hosts or standing.authored
    match cell:
        case Reach.YES:
            # The table speaks of published sessions; a draft is for its own people and those who manage all.
            hidden = action is Action.SEE_SESSIONS and standing.is_draft
            return not hidden or standing.is_own or not is_below(actor.role, Role.ADMIN)
        case Reach.NO_NAMES:
            return True
        case Reach.OWN:
            return own
        case Reach.OWN_DRAFT:
            return own and standing.is_draft
        case Reach.APPROVED:
            known = standing.approved or standing.is_own
            return known and (own or action not in ABOUT_ONESELF)
        case Reach.NO:
            return False


def _limit(action: Action, cell: Reach) -> str:
    match cell:
        case Reach.OWN if action in ABOUT_ONESELF:
            return "for themselves"
        case Reach.OWN if action in PROJECTS:
            return "that they made or were at work on"
        case Reach.OWN if action is Action.COLLABORATE:
            return "where they host or author"
        case Reach.OWN_DRAFT:
            return "while they are drafts, and where they host, author or collaborate"
        case Reach.APPROVED if action in ABOUT_ONESELF:
            return "for themselves, once approved for it"
        case Reach.APPROVED:
            return "of sessions they are approved for"
        case _:
            return "where they host, author or collaborate"


def _whom(action: Action) -> str:
    weakest = min((role for role in Role if MATRIX[role][action] is Reach.YES), key=_STRENGTH.__getitem__)
    helper = weakest if is_below(Role.MENTOR, weakest) else Role.ADMIN
    return f"{_article(helper)} {helper}"


def _article(role: Role) -> str:
    return "an" if role[0] in "aeiou" else "a"
