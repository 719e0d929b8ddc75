"""Plans of sessions: goals, milestones, checklists and blockers.

``goals``, ``milestones``, ``checks`` and ``blockers`` change them, ``shown`` tells them to screens and exports,
``stamping`` makes a whole plan at once, ``watching`` sees what time and presence have reached. All write through a
``pen``, which remembers enough to undo, and end with ``settling``.
"""
