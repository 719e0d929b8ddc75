"""The table of rights, cell by cell, against a copy typed by itself."""

from __future__ import annotations

from itertools import product

import pytest

from sessiontui.domain.access import (
    ABOUT_ONESELF,
    MAKES_ONES_OWN,
    MATRIX,
    Action,
    Actor,
    Reach,
    Standing,
    is_below,
    may,
    may_grant,
    reach,
    require,
)
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.vocabulary import Role

A = Action

# The design's table, row by row: actions | viewer | participant | mentor | admin | superadmin.
DESIGN = [
    ({A.SEE_SESSIONS}, "yes | yes | yes | yes | yes"),
    ({A.SEE_ATTENDANCE}, "yes | own | own | yes | yes"),
    ({A.ASK}, "no | own | own | yes | yes"),
    ({A.PRESENCE}, "no | approved | own | yes | yes"),
    ({A.CREATE, A.EDIT, A.PUBLISH}, "no | own | own | yes | yes"),
    ({A.DECIDE, A.START, A.PAUSE, A.RESUME, A.COMPLETE, A.EXTEND}, "no | own | own | yes | yes"),
    ({A.ARCHIVE, A.RESTORE}, "no | own | own | yes | yes"),
    ({A.CANCEL, A.RESCHEDULE, A.REASSIGN, A.EMERGENCY_CANCEL}, "no | own_draft | own | yes | yes"),
    ({A.REOPEN}, "no | own_draft | own | yes | yes"),
    ({A.REMIND, A.MESSAGE, A.SURVEY, A.CORRECT_ATTENDANCE}, "no | no | own | yes | yes"),
    ({A.REVEAL_PASSCODE, A.MODERATE}, "no | approved | own | yes | yes"),
    ({A.SEE_TALK}, "yes | approved | approved | yes | yes"),
    ({A.COLLABORATE}, "no | own | own | yes | yes"),
    ({A.OPEN_RECORDING}, "no | approved | approved | yes | yes"),
    ({A.ALERT}, "no | no | own | yes | yes"),
    ({A.ANALYTICS, A.EXPORT}, "no_names | no | own | yes | yes"),
    ({A.SEE_SCORES}, "no_names | own | own | yes | yes"),
    ({A.IMPORT_FILES, A.MANAGE_TEMPLATES}, "no | no | own | yes | yes"),
    ({A.SEE_PROJECTS}, "yes | own | own | yes | yes"),
    ({A.CHANGE_PROJECTS, A.VISIT}, "no | own | own | yes | yes"),
    ({A.SEE_LOGINS, A.REVOKE_LOGINS}, "no | own | own | yes | yes"),
    ({A.SEE_JOBS}, "yes | no | yes | yes | yes"),
    ({A.RUN_JOBS}, "no | no | no | yes | yes"),
    ({A.MANAGE_PEOPLE}, "no | no | no | yes | yes"),
    ({A.MANAGE_ROLES}, "no | no | no | no | yes"),
]
ROLES = ["viewer", "participant", "mentor", "admin", "superadmin"]

EXPECTED = {
    (Role(role), action): word.strip()
    for actions, words in DESIGN
    for action in actions
    for role, word in zip(ROLES, words.split("|"), strict=True)
}

STANDINGS = [
    Standing(hosts=h, authored=a, collaborates=c, watches=w, approved=p, is_draft=d, is_self=s)
    for h, a, c, w, p, d, s in product((False, True), repeat=7)
]


def actor(role: Role) -> Actor:
    return Actor(1, "Ann", role)


def expected(role: Role, action: Action, at: Standing) -> bool:
    """The answer, spelled out from the design's words."""
    own_session = at.hosts or at.authored or at.collaborates
    about_oneself = action in {A.ASK, A.PRESENCE, A.SEE_LOGINS, A.REVOKE_LOGINS}
    own = at.is_self if about_oneself else own_session
    if action is A.COLLABORATE:
        own = at.hosts or at.authored
    if at.watches and action in {A.SEE_SESSIONS, A.SEE_ATTENDANCE, A.SEE_TALK}:
        return True
    if action is A.SEE_SESSIONS:
        return not at.is_draft or own_session or role in {Role.ADMIN, Role.SUPERADMIN}
    approved = (at.approved or own_session) and (at.is_self or not about_oneself)
    return {
        "yes": True,
        "no_names": True,
        "own": own,
        "own_draft": own and at.is_draft,
        "approved": approved,
        "no": False,
    }[EXPECTED[role, action]]


def test_the_copy_covers_every_cell_once():
    assert sum(len(actions) for actions, _ in DESIGN) == len(Action)
    assert set(EXPECTED) == set(product(Role, Action))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_every_cell(role, action):
    cell = EXPECTED[role, action]
    assert MATRIX[role][action] == cell
    assert reach(actor(role), action) == cell
    for standing in STANDINGS:
        verdict = may(actor(role), action, standing)
        assert verdict.allowed is expected(role, action, standing), standing
        assert verdict.reach == cell
        if verdict.allowed:
            assert verdict.reason == ""
            assert require(actor(role), action, standing) == verdict
        else:
            with pytest.raises(NotAllowed) as refusal:
                require(actor(role), action, standing)
            assert refusal.value.detail == verdict.reason
            assert str(role) in verdict.reason
            assert refusal.value.hint.startswith("ask a")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_no_standing_is_no_relation(role, action):
    at = Standing(authored=action in MAKES_ONES_OWN)
    assert may(actor(role), action) == may(actor(role), action, at)


@pytest.mark.parametrize("action", Action)
def test_the_product_itself_may_do_everything(action):
    system = Actor.system()
    assert system.is_system
    assert may(system, action, Standing(is_draft=True)).allowed


def test_a_person_is_not_the_product():
    assert not Actor(0, "Root", Role.SUPERADMIN).is_system


def test_whoever_makes_something_owns_it():
    assert {A.CREATE, A.IMPORT_FILES, A.MANAGE_TEMPLATES, A.CHANGE_PROJECTS} == MAKES_ONES_OWN
    assert may(actor(Role.PARTICIPANT), A.CREATE).allowed
    assert not may(actor(Role.PARTICIPANT), A.CREATE, Standing()).allowed
    assert not may(actor(Role.VIEWER), A.CREATE).allowed
    assert not may(actor(Role.PARTICIPANT), A.EDIT).allowed


def test_own_login_is_the_persons_not_the_sessions():
    mentor = actor(Role.MENTOR)
    assert may(mentor, A.SEE_LOGINS, Standing(is_self=True)).allowed
    assert not may(mentor, A.SEE_LOGINS, Standing(hosts=True)).allowed
    assert {A.ASK, A.PRESENCE, A.SEE_LOGINS, A.REVOKE_LOGINS} == ABOUT_ONESELF


@pytest.mark.parametrize(
    ("role", "action", "reason", "hint"),
    [
        (Role.VIEWER, A.CANCEL, "a viewer may not cancel sessions", "ask an admin"),
        (Role.ADMIN, A.MANAGE_ROLES, "an admin may not manage roles, clients, secrets and settings", "super"),
        (
            Role.MENTOR,
            A.REMIND,
            "a mentor may remind participants only where they host, author or",
            "an admin",
        ),
        (Role.PARTICIPANT, A.CANCEL, "a participant may cancel sessions only while they are drafts", "admin"),
        (Role.PARTICIPANT, A.PRESENCE, "only for themselves, once approved", "ask an admin"),
        (Role.PARTICIPANT, A.REVEAL_PASSCODE, "only of sessions they are approved for", "ask an admin"),
        (Role.PARTICIPANT, A.SEE_LOGINS, "a participant may see logins only for themselves", "ask an admin"),
        (Role.PARTICIPANT, A.SEE_JOBS, "a participant may not see the worker and its jobs", "ask an admin"),
    ],
)
def test_a_refusal_names_role_action_and_whom_to_ask(role, action, reason, hint):
    verdict = may(actor(role), action, Standing())
    assert reason in verdict.reason
    assert hint in verdict.hint


def test_drafts_of_others_are_hidden():
    verdict = may(actor(Role.MENTOR), A.SEE_SESSIONS, Standing(is_draft=True))
    assert verdict.reason == "a mentor may see drafts only where they host, author or collaborate"
    assert may(actor(Role.MENTOR), A.SEE_SESSIONS, Standing(is_draft=True, collaborates=True)).allowed


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        MATRIX[Role.VIEWER][A.CANCEL] = Reach.YES


@pytest.mark.parametrize(("held", "wanted"), product(Role, Role))
def test_roles_below_ones_own(held, wanted):
    below = {Role.PARTICIPANT, Role.VIEWER, Role.MENTOR}
    for role in (Role.PARTICIPANT, Role.VIEWER, Role.MENTOR):
        assert not may_grant(actor(role), held=held, wanted=wanted).allowed
    admin = may_grant(actor(Role.ADMIN), held=held, wanted=wanted)
    assert admin.allowed is (held in below and wanted in below)
    assert admin.allowed or "superadmin" in admin.hint
    assert may_grant(actor(Role.SUPERADMIN), held=held, wanted=wanted).allowed


def test_the_order_of_roles():
    order = [Role.PARTICIPANT, Role.VIEWER, Role.MENTOR, Role.ADMIN, Role.SUPERADMIN]
    for (i, one), (j, other) in product(enumerate(order), repeat=2):
        assert is_below(one, other) is (i < j)
