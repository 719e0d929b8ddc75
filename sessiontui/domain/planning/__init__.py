"""Plans of sessions, pure: goals with what they need, milestones, checklists, blockers.

``draft`` is a plan before it belongs to a session, ``tree`` the order of goals, ``progress`` how far they are,
``reaching`` when milestones are reached, ``phases`` where the time went, ``words`` the closed vocabularies.
"""
