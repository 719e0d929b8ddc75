"""Files and links of sessions: attached in versions, opened with a trail, taken away, cleared when no longer needed.

``keeping`` changes them, ``opening`` hands bytes out, ``shown`` tells them to screens, ``clearing`` is the job that
takes away bytes without a use, ``linking`` keeps links.
"""
