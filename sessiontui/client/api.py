"""The methods of both clients: one for each route, with the route's own signature and docstring."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import TypeVar

from sessiontui.client import routes, visiting
from sessiontui.client.calls import Call
from sessiontui.client.retrying import RetryPolicy
from sessiontui.client.verbs import AwaitedVerb, Verb

T = TypeVar("T")


class Api(ABC):
    """The routes as methods that return when there is an answer."""

    sessions = Verb(routes.sessions)
    session = Verb(routes.session)
    create_session = Verb(routes.create_session)
    edit_session = Verb(routes.edit_session)
    archive_session = Verb(routes.archive_session)
    move_session = Verb(routes.move_session)
    extend_session = Verb(routes.extend_session)
    join_requests = Verb(routes.join_requests)
    ask_to_join = Verb(routes.ask_to_join)
    decide_request = Verb(routes.decide_request)
    signal = Verb(routes.signal)
    report_presence = Verb(routes.report_presence)
    comments = Verb(routes.comments)
    add_comment = Verb(routes.add_comment)
    plan = Verb(routes.plan)
    add_goal = Verb(routes.add_goal)
    attachments = Verb(routes.attachments)
    add_link = Verb(routes.add_link)
    attach_file = Verb(routes.attach_file)
    file = Verb(routes.file)
    edit_part = Verb(routes.edit_part)
    remove_part = Verb(routes.remove_part)
    people = Verb(routes.people)
    person = Verb(routes.person)
    add_person = Verb(routes.add_person)
    edit_person = Verb(routes.edit_person)
    start_visit = Verb(visiting.start_visit)
    end_visit = Verb(visiting.end_visit)
    report_activity = Verb(visiting.report_activity)
    summary = Verb(visiting.summary)
    analytics = Verb(visiting.analytics)
    suggested_steps = Verb(visiting.suggested_steps)
    blockers = Verb(visiting.blockers)
    projects = Verb(visiting.projects)
    project = Verb(visiting.project)
    add_project = Verb(visiting.add_project)
    add_item = Verb(visiting.add_item)
    edit_item = Verb(visiting.edit_item)
    ask_question = Verb(visiting.ask_question)
    answer_question = Verb(visiting.answer_question)
    report_blocker = Verb(visiting.report_blocker)
    settle_blocker = Verb(visiting.settle_blocker)

    @abstractmethod
    def call(self, call: Call[T], *, policy: RetryPolicy | None = None) -> T:
        """Make a call, repeated by ``policy`` if one is given; raises ``ClientError``."""


class AwaitedApi(ABC):
    """The routes as methods whose answers are awaited."""

    sessions = AwaitedVerb(routes.sessions)
    session = AwaitedVerb(routes.session)
    create_session = AwaitedVerb(routes.create_session)
    edit_session = AwaitedVerb(routes.edit_session)
    archive_session = AwaitedVerb(routes.archive_session)
    move_session = AwaitedVerb(routes.move_session)
    extend_session = AwaitedVerb(routes.extend_session)
    join_requests = AwaitedVerb(routes.join_requests)
    ask_to_join = AwaitedVerb(routes.ask_to_join)
    decide_request = AwaitedVerb(routes.decide_request)
    signal = AwaitedVerb(routes.signal)
    report_presence = AwaitedVerb(routes.report_presence)
    comments = AwaitedVerb(routes.comments)
    add_comment = AwaitedVerb(routes.add_comment)
    plan = AwaitedVerb(routes.plan)
    add_goal = AwaitedVerb(routes.add_goal)
    attachments = AwaitedVerb(routes.attachments)
    add_link = AwaitedVerb(routes.add_link)
    attach_file = AwaitedVerb(routes.attach_file)
    file = AwaitedVerb(routes.file)
    edit_part = AwaitedVerb(routes.edit_part)
    remove_part = AwaitedVerb(routes.remove_part)
    people = AwaitedVerb(routes.people)
    person = AwaitedVerb(routes.person)
    add_person = AwaitedVerb(routes.add_person)
    edit_person = AwaitedVerb(routes.edit_person)
    start_visit = AwaitedVerb(visiting.start_visit)
    end_visit = AwaitedVerb(visiting.end_visit)
    report_activity = AwaitedVerb(visiting.report_activity)
    summary = AwaitedVerb(visiting.summary)
    analytics = AwaitedVerb(visiting.analytics)
    suggested_steps = AwaitedVerb(visiting.suggested_steps)
    blockers = AwaitedVerb(visiting.blockers)
    projects = AwaitedVerb(visiting.projects)
    project = AwaitedVerb(visiting.project)
    add_project = AwaitedVerb(visiting.add_project)
    add_item = AwaitedVerb(visiting.add_item)
    edit_item = AwaitedVerb(visiting.edit_item)
    ask_question = AwaitedVerb(visiting.ask_question)
    answer_question = AwaitedVerb(visiting.answer_question)
    report_blocker = AwaitedVerb(visiting.report_blocker)
    settle_blocker = AwaitedVerb(visiting.settle_blocker)

    @abstractmethod
    def call(self, call: Call[T], *, policy: RetryPolicy | None = None) -> Awaitable[T]:
        """Make a call, repeated by ``policy`` if one is given; raises ``ClientError``."""
