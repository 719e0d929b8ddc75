"""A whole query: what is asked, as a tree, and the text it was typed as."""

from __future__ import annotations

from sessiontui.domain.query.terms import And, Choice, Expression, Fact, Holds, Not, OneOf, Or
from sessiontui.domain.records import field, record


@record
class Query:
    """What is asked of each session: ``where`` holds, and unless ``wants_archived`` it is not archived.

    ``text`` is what was typed, which a saved view keeps; two queries are equal if they ask the same.
    """

    where: And
    wants_archived: bool
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        from sessiontui.domain.query.rendering import render  # what is asked is seldom told

        return render(self.where)

    @property
    def is_everything(self) -> bool:
        """Whether nothing is asked, so that all sessions which are not archived are meant."""
        return not self.where.terms


def query_of(where: And, *, text: str = "") -> Query:
    """Return the query of a tree; it wants archived sessions if it mentions them, affirmed or denied."""
    return Query(where, mentions_archived(where), text)


def mentions_archived(expression: Expression) -> bool:
    """Return whether ``archived:`` or ``is:archived`` stands anywhere in it."""
    match expression:
        case And(terms) | Or(terms):
            return any(mentions_archived(term) for term in terms)
        case Not(term):
            return mentions_archived(term)
        case OneOf(choice=choice):
            return choice is Choice.ARCHIVED
        case Holds(fact):
            return fact is Fact.ARCHIVED
        case _:
            return False
