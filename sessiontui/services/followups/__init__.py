"""Follow-ups: what is asked once a session has ended for good, what is answered, and which tasks stay open."""

from sessiontui.services.followups.answering import Answer, answer, answer_kept, keep_answer
from sessiontui.services.followups.following import (
    BATCH,
    Bounds,
    ask_no_shows,
    bounds,
    follow_up_ended,
    send_survey,
)
from sessiontui.services.followups.settling import (
    aftermath,
    close_tasks,
    ratings,
    reopen_tasks,
    restore_story,
    tell_story,
)

__all__ = [
    "BATCH",
    "Answer",
    "Bounds",
    "aftermath",
    "answer",
    "answer_kept",
    "ask_no_shows",
    "bounds",
    "close_tasks",
    "follow_up_ended",
    "keep_answer",
    "ratings",
    "reopen_tasks",
    "restore_story",
    "send_survey",
    "tell_story",
]
