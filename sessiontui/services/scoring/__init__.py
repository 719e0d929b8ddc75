"""How work went: scores, focus and figures of ended work sessions, of one and of many."""
