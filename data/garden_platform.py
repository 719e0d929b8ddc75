"""A platform in twenty lines: it reports who works on what, and tells people what they come back to."""

import sys
from pathlib import Path

from sessiontui.client import Client

url, key_file = sys.argv[1:]
with Client(url, key=Path(key_file).read_text().strip(), device="garden-app") as desk:
    desk.add_person({"name": "Ana", "id": "ana", "source": "garden"}, key="person-ana")
    garden = desk.add_project("Community garden")["project"]

    desk.start_visit("garden:ana", garden)
    beds = desk.add_item(garden, {"title": "Where the raised beds stand"})["id"]
    desk.ask_question(garden, "Who holds the key to the shed?", item=beds)
    desk.report_blocker(garden, "missing", "the water bill")
    desk.track_activity("garden:ana", garden, text="drew a plan")  # neither waits nor fails
    desk.end_visit("garden:ana", garden)

    desk.edit_item(garden, beds, {"state": "decided", "reason": "on the south side"})
    desk.start_visit("garden:ana", garden)  # and she is back
    found = desk.summary("garden:ana", garden)
    print(f"Last active: {found['time_since']}. {found['sentence']}")
    for step in found["suggested_steps"]:
        print(f"{step['priority']}: {step['text']} ({step['fact']})")
