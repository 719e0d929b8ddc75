"""What the title of a session made from a template is: the template's beginning, then the admin's words."""

from __future__ import annotations

from sessiontui.domain.templates.shape import Template


def titled(template: Template, words: str) -> str:
    """Return a title with the beginning of its template, once.

    >>> from sessiontui.domain.vocabulary import Kind
    >>> fix = Template(slug="bug-fix", name="Bug Fix", kind=Kind.WORK, minutes=90, title="Fix:")
    >>> titled(fix, "crash in parser"), titled(fix, "fix crash in parser"), titled(fix, "fix: crash")
    ('Fix: crash in parser', 'Fix: crash in parser', 'fix: crash')
    """
    beginning, rest = template.title.strip(), words.strip()
    if not beginning or rest.casefold().startswith(beginning.casefold()):
        return rest
    bare = f"{beginning.rstrip(':-– ')} "
    if rest.casefold().startswith(bare.casefold()):
        rest = rest[len(bare) :].strip()
    return f"{beginning} {rest}"
