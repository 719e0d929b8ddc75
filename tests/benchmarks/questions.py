"""What bar 7 asks: every field of the language, what many have and what hardly any has, alone and together."""

from __future__ import annotations

from typing import Final

VIEWS: Final = (
    "", "view:all", "view:now", "view:today", "view:week", "view:nextweek", "view:later", "view:followup",
)  # fmt: skip

CHOICES: Final = (
    "status:active", "status:waiting", "status:paused", "status:upcoming", "status:created", "status:has_requests",
    "status:approved", "status:draft", "status:ended_complete", "status:ended_early", "status:ended_no_show",
    "status:cancelled", "status:live", "status:ended", "-status:complete", "-status:ended", "-status:cancelled",
    "live_status:completed", "work_status:active", "kind:work", "kind:mentoring", "-kind:work",
    "control:running", "control:paused", "control:completed", "control:cancelled", "control:scheduled",
    "control:draft", "priority:urgent", "priority:high", "priority:low", "-priority:normal", "priority:>normal",
    "badge:unmatched", "badge:early_end", "badge:no_show", "badge:stale", "badge:overtime", "badge:early_join",
    "badge:host_only", "badge:overbooked", "badge:everyone_left", "badge:no_host", "badge:host_waiting",
    "badge:pending", "badge:approximate", "badge:at_risk", "badge:clash", "badge:blocked", "-badge:no_show",
    "alert:critical", "alert:warning", "alert:request_backlog", "blocker:technical", "phase:planning",
)  # fmt: skip

FACTS: Final = (
    "is:live", "is:ended", "is:provisional", "is:archived", "archived:yes", "archived:no", "is:overbooked",
    "is:alerted", "-is:alerted", "-is:live", "-is:ended", "-is:provisional", "-is:overbooked", "has:mentor",
    "-has:mentor", "has:requests", "-has:requests", "has:guests", "-has:guests", "has:link", "-has:link", "has:tags",
    "-has:tags", "has:capacity", "-has:capacity", "has:alert", "-has:alert", "has:description", "-has:description",
    "has:tasks", "-has:tasks", "has:goals", "-has:goals", "has:blocker", "-has:blocker", "is:work", "-is:work",
)  # fmt: skip

PEOPLE: Final = (
    "mentor:lee", "mentor:a", "mentor:zz", "mentor:#330", "-mentor:lee", "-mentor:#330", "author:lee", "author:a",
    "author:#1", "-author:#1", "person:castellanos", "person:a", "person:#400", "person:zz", "-person:#400",
    "-person:castellanos",
)  # fmt: skip

WORDS: Final = (
    "xyzzy", "g", "gr", "grief", "grief circle", "grief circle lisbon", "interview nairobi 3", "-grief",
    '"grief circle"', "title:parser", "title:grief", "-title:grief", "lisbon", "group 12", "ana",
)  # fmt: skip

LABELS: Final = (
    "tag:code", "tag:grief", "tag:nothing", "-tag:code", "tag:code or tag:grief", "source:local", "source:zoom",
    "-source:local", "template:mentoring", "id:x", "#400000", "-template:mentoring",
)  # fmt: skip

MOMENTS: Final = (
    "starts:today", "starts:tomorrow", "starts:>1d", "starts:<2h", "starts:<-300d", "starts:>-300d", "starts:<-700d",
    "starts:-30d..-20d", "starts:>40d", "-starts:today", "ends:<2h", "ends:>2h", "ends:<-300d", "ends:today",
    "ends:-30d..-20d", "created:>-1h", "created:<-300d", "created:today", "created:-30d..-20d", "finished:>-3h",
    "finished:<-300d", "finished:today", "finished:-30d..-20d", "-finished:<-300d",
)  # fmt: skip

NUMBERS: Final = (
    "minutes:>100", "minutes:<20", "minutes:>1000", "minutes:60", "minutes:45", "minutes:<60", "actual:>30",
    "actual:>300", "actual:<5", "actual:0", "efficiency:>1", "efficiency:<10%", "efficiency:100%", "efficiency:>2",
    "pending:0", "pending:>0", "pending:>2", "pending:>9", "pending:1", "approved:0", "approved:>0", "approved:>3",
    "approved:5", "approved:>20", "rejected:0", "rejected:>0", "rejected:>1", "rejected:>2", "rejected:>5",
    "active:>0", "active:0", "active:>5", "left:0", "left:>0", "left:>=2", "left:>3", "left:>9", "capacity:>100",
    "capacity:<5", "capacity:12", "rating:>4", "rating:<3", "progress:>50", "progress:<100",
)  # fmt: skip

TOGETHER: Final = (
    "pending:>0 kind:work", "pending:>0 tag:code", "pending:>2 kind:mentoring", "priority:urgent pending:>0",
    "priority:urgent kind:work", "priority:low kind:work", "priority:urgent kind:work rejected:>2",
    "priority:urgent status:created", "priority:high status:cancelled", "person:a kind:work",
    "person:castellanos kind:work", "person:castellanos status:cancelled", "mentor:lee status:cancelled",
    "mentor:lee pending:>0", "mentor:#330 status:ended_early", "mentor:#330 starts:<-300d", "-mentor:lee kind:work",
    "author:#1 status:cancelled", "starts:today status:ended", "starts:today kind:work", "starts:<-300d kind:work",
    "starts:<-300d status:cancelled", "starts:<-300d tag:code", "starts:<-300d status:ended_no_show",
    "starts:-30d..-20d status:cancelled", "starts:-30d..-20d approved:>3", "starts:>1d kind:work",
    "starts:>1d approved:>2", "starts:>1d -has:requests", "ends:<-300d kind:mentoring", "created:<-300d kind:work",
    "finished:<-300d approved:>3", "finished:<-300d priority:urgent", "status:cancelled -tag:health",
    "status:cancelled left:>3", "status:cancelled approved:>5",
    "status:cancelled tag:code", "status:cancelled kind:work",
    "status:ended_no_show approved:>3", "status:ended_no_show kind:work", "status:ended_early minutes:>100",
    "status:ended_early efficiency:<10%", "status:has_requests kind:work", "status:created priority:high",
    "has:guests status:cancelled", "has:guests kind:work", "has:guests -has:mentor", "-has:guests status:ended",
    "has:requests kind:work", "has:requests -has:guests", "-has:requests kind:mentoring",
    "-has:requests status:cancelled",
    "has:capacity status:cancelled", "kind:work minutes:>100", "kind:work approved:>8", "kind:work approved:>3",
    "kind:work tag:code", "kind:work has:link", "minutes:>100 kind:work tag:code", "minutes:<60 status:cancelled",
    "actual:>30 kind:work", "actual:<5 status:ended_early", "efficiency:>1 kind:work", "left:>=2 kind:work",
    "rejected:>0 kind:mentoring", "rejected:>0 status:cancelled", "capacity:12 pending:>0", "tag:code kind:work",
    "tag:code status:cancelled", "tag:code -has:mentor", "tag:code starts:today", "grief kind:work",
    "grief status:cancelled", "grief starts:<-300d", "grief mentor:lee", "grief -kind:work", "grief priority:urgent",
    "lisbon kind:work", "lisbon status:ended_no_show", "(grief or parser) kind:work", "grief or kind:work",
    "status:cancelled or priority:urgent", "status:live or pending:>0", "starts:today or has:alert",
    "mentor:lee or author:lee", "-(kind:work or kind:mentoring)", "-(status:ended or status:cancelled)",
    "view:all kind:work left:>5 rejected:>1", "view:week kind:work", "view:later pending:>0", "view:now kind:work",
    "view:followup kind:work", "badge:early_end kind:work", "badge:no_show approved:>3", "is:overbooked kind:work",
    "is:archived kind:work", "has:tasks starts:<-300d",
)  # fmt: skip
"""Several terms, each of many sessions: few have them all, or many do."""

SELDOM: Final = (
    "grief kind:mentoring", "circle kind:work", "circle is:work", '"grief circle" kind:mentoring',
    "title:grief is:work", "title:grief priority:urgent", "circle minutes:>100", "grief has:goals",
    "parser -has:mentor", "lisbon has:capacity", "interview status:ended_no_show", "grief lisbon kind:work",
    "grief circle ana", "grief circle priority:low", "code bug lisbon", "tag:code kind:mentoring",
    "tag:code has:mentor", "tag:code has:capacity", "tag:code minutes:<60", "tag:grief is:work",
    "tag:grief minutes:>100", "tag:grief tag:code", "mentor:a kind:work", "mentor:a is:work",
    "mentor:lee kind:conversation", "mentor:#330 kind:work", "mentor:#330 tag:code", "author:#1 tag:code",
    "author:#1 grief", "author:lee minutes:>100", "person:castellanos grief", "person:a tag:grief",
    "person:#400 kind:work", "collaborator:lee", "collaborator:a kind:work", "-collaborator:lee", "collaborator:#400",
    "has:mentor kind:work", "has:mentor is:work", "has:mentor minutes:>100", "has:capacity is:work",
    "capacity:12 is:work", "capacity:12 kind:mentoring", "minutes:<60 is:work", "minutes:>100 minutes:<60",
    "minutes:>100 has:description", "has:guests has:link", "has:guests has:description", "left:0 has:guests",
    "approved:0 approved:>3", "efficiency:<10% has:guests", "efficiency:<10% left:>3", "actual:<5 has:guests",
    "approved:0 left:>3", "-has:guests left:>3", "-kind:work -kind:mentoring grief", "-has:mentor tag:grief",
    "-priority:normal circle", "-minutes:>100 kind:work", "-starts:<-300d kind:work", "-ends:<-300d tag:code",
    "-finished:<-300d kind:work", "starts:-300d..-200d kind:work", "ends:-30d..-20d tag:grief",
    "created:-30d..-20d kind:mentoring", "finished:-30d..-20d priority:urgent", "priority:urgent has:tasks",
    "has:tasks minutes:>100", "has:tasks approved:0",
)  # fmt: skip
"""What hardly any session is together, of things that many are alone; and negations and ranges with them."""

ROOMS: Final = {
    "views": VIEWS,
    "choices": CHOICES,
    "facts": FACTS,
    "people": PEOPLE,
    "words": WORDS,
    "labels": LABELS,
    "moments": MOMENTS,
    "numbers": NUMBERS,
    "terms together": TOGETHER,
    "terms seldom together": SELDOM,
}
"""All of them by what they are about, as the table of the benchmarks names them."""
