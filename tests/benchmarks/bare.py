"""The bare framework: takes the bodies of presence events, and answers them without doing anything."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI

from sessiontui.server.shapes import EventIn, EventsIn

app = FastAPI()

JOINS: list[object] = []


@app.post("/api/sessions/{session}/presence")
async def one(session: str, body: EventIn | EventsIn) -> dict[str, object]:
    del session
    number = 1 if isinstance(body, EventIn) else len(body.events)
    return {"acknowledged": number, "repeated": 0, "refused": JOINS, "joins": JOINS}


@app.post("/api/presence")
async def many(body: EventsIn) -> dict[str, object]:
    return {"acknowledged": len(body.events), "repeated": 0, "refused": JOINS, "joins": JOINS}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
