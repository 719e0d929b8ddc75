"""How a work session went: focus and interruptions, three scores with their parts, and figures of many sessions."""
