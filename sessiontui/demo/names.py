"""Who takes part in the demo and what they say: all invented; addresses and numbers are reserved ones."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sessiontui.domain.vocabulary import Kind, Role

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One invented person; two faces with the same name are two people."""

    name: str
    role: Role = Role.PARTICIPANT
    email: str = ""
    phone: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a session may be called, with the kind, tags and length that go with it."""

    title: str
    kind: Kind
    tags: tuple[str, ...]
    minutes: int
    description: str = ""


def _mail(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = "".join(char if char.isalpha() else " " for char in plain).split()
    return f"{'.'.join(words)}@example.org" if words else ""


def _mentor(name: str, phone: str, zone: str) -> Face:
    return Face(name=name, role=Role.MENTOR, email=_mail(name), phone=phone, zone=zone)


ADMIN: Final = Face(
    name="Amara Okafor",
    role=Role.SUPERADMIN,
    email="amara@example.org",
    phone="+44 20 7946 0102",
    zone="Europe/London",
)
"""The one at the keyboard."""

SECOND_ADMIN: Final = Face(
    name="Jonas Lindqvist",
    role=Role.ADMIN,
    email="jonas@example.org",
    phone="+1 212 555 0147",
    zone="Europe/Stockholm",
)

MENTORS: Final = (
    _mentor("Dr Lee Hae-won", "+1 415 555 0132", "America/Los_Angeles"),
    _mentor("Tomás Iglesias", "+44 20 7946 0310", "Europe/Madrid"),
    _mentor("Nkechi Balogun", "+44 20 7946 0311", "Africa/Lagos"),
    _mentor("Ingrid Solheim", "+44 20 7946 0312", "Europe/Oslo"),
    _mentor("Ravi Menon", "+44 20 7946 0313", "Asia/Kolkata"),
    _mentor("Marguerite Delaunay", "+33 1 99 00 41 22", "Europe/Paris"),
    _mentor("Kaito Murakami", "+1 212 555 0168", "Asia/Tokyo"),
    _mentor("Leilani Kahale", "+1 808 555 0119", "Pacific/Honolulu"),
    _mentor("Yusuf Demirel", "+44 20 7946 0314", "Europe/Istanbul"),
    _mentor("Paula Brandão", "+44 20 7946 0315", "America/Sao_Paulo"),
    _mentor("Sipho Dlamini", "+44 20 7946 0316", "Africa/Johannesburg"),
    _mentor("Hanna Virtanen", "+44 20 7946 0317", "Europe/Helsinki"),
)

_ZONES: Final = (
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Europe/London", "Africa/Nairobi", "Asia/Manila",
    "America/Mexico_City", "Australia/Sydney", "Europe/Warsaw", "America/Toronto", "",
)  # fmt: skip

_PARTICIPANTS: Final = (
    "Ana Castellanos", "Ben Achterberg", "Chidi Nwosu", "Dilnoza Karimova", "Elif Aydın", "Farid Rahmani",
    "Greta Holm", "Hiroshi Tanabe", "Imani Wanjiru", "Jerzy Nowicki", "Katya Morozova", "Liam Gallagher-Roy",
    "Mei-Ling Chow", "Noor Haddad", "Oisín Brannigan", "Priya Raghavan", "Quynh Tran", "Rosa Villalobos",
    "Samuel Abebe", "Thandiwe Mokoena", "Ulrike Baumann", "Viktor Horváth", "Wren Fairweather", "Ximena Rojas",
    "Yara Mansour", "Zoltán Kis", "Aino Lehtonen", "Bashir Qureshi", "Camille Roussel", "Deepak Shetty",
    "Esther Oduya", "Finnley MacRae", "Giulia Ferrante", "Hamza Boukhari", "Ivana Petković", "João Teixeira",
    "Kwame Asante", "Lucía Montoya", "Malik Johnson", "Nadia Cherkaoui", "Oluwaseun Adeyemi", "Petra Vogt",
    "Rashida Karim", "Søren Kjær", "Teuila Faleolo", "Umar Farouk", "Valentina Greco", "Wanjiku Kamau",
    "Xiu Zhang", "Yonatan Tesfaye", "Zeynep Koç", "Arjun Pillai", "Bronwen Pryce", "Carlos Huamán",
    "Dagny Eriksdóttir", "Emeka Obi", "Fatoumata Diallo", "Goran Ilić", "Hye-jin Park", "Ikaika Makoa",
    "Jamila Osman", "Krzysztof Zając", "Lakshmi Iyer", "Mateus Figueira",
)  # fmt: skip

PARTICIPANTS: Final = tuple(
    Face(name=name, email=_mail(name), zone=_ZONES[place % len(_ZONES)]) for place, name in enumerate(_PARTICIPANTS)
)

TOPICS: Final = (
    Topic("Grief circle", Kind.CONVERSATION, ("grief", "circle"), 60, "A quiet hour for those who lost someone."),
    Topic("Bereavement intro", Kind.CONVERSATION, ("grief", "intro"), 45, "What to expect from the circle."),
    Topic("New in town", Kind.CONVERSATION, ("community",), 45, "Meet others who moved here this year."),
    Topic("Evening check-in", Kind.CONVERSATION, ("check-in",), 30),
    Topic("Fathers' table", Kind.CONVERSATION, ("parents", "circle"), 60),
    Topic("Sober Sundays", Kind.CONVERSATION, ("recovery", "circle"), 60, "Nobody needs to speak."),
    Topic("Language café: Spanish", Kind.CONVERSATION, ("language",), 45, "Beginners are as welcome as natives."),
    Topic("Language café: Arabic", Kind.CONVERSATION, ("language",), 45),
    Topic("Carers' hour", Kind.CONVERSATION, ("carers",), 60, "For those who look after someone at home."),
    Topic("CV review", Kind.MENTORING, ("career", "cv"), 30, "Bring the version that you send out today."),
    Topic("Mock interview: backend", Kind.MENTORING, ("career", "interview"), 60),
    Topic("First weeks as a lead", Kind.MENTORING, ("leadership",), 60, "Delegating without disappearing."),
    Topic("Thesis office hour", Kind.MENTORING, ("study",), 45),
    Topic("Portfolio critique", Kind.MENTORING, ("design", "career"), 45),
    Topic("Grant application clinic", Kind.MENTORING, ("funding",), 60),
    Topic("Returning after a break", Kind.MENTORING, ("career", "parents"), 60),
    Topic("Nursing night shifts", Kind.MENTORING, ("health", "career"), 45),
    Topic("Group coaching: saying no", Kind.COACHING, ("coaching", "boundaries"), 60, "Three exercises in pairs."),
    Topic("Sleep reset, week 2", Kind.COACHING, ("coaching", "health"), 60),
    Topic("Public speaking lab", Kind.COACHING, ("coaching", "speaking"), 90, "Everyone speaks for two minutes."),
    Topic("Money talks", Kind.COACHING, ("coaching", "money"), 60),
    Topic("Burnout prevention", Kind.COACHING, ("coaching", "health"), 60),
    Topic("Conflict at work", Kind.COACHING, ("coaching", "leadership"), 60),
    Topic("Pairing: parser", Kind.WORK, ("code", "parser"), 90, "Make the date parser refuse what it cannot know."),
    Topic("Fix flaky tests", Kind.WORK, ("code", "bug"), 90),
    Topic("Onboarding handbook draft", Kind.WORK, ("docs", "onboarding"), 120),
    Topic("Data clean-up: mentors", Kind.WORK, ("data",), 60),
    Topic("Accessibility pass", Kind.WORK, ("code", "a11y"), 120),
)

MESSAGES: Final = (
    "I lost my father in March. A friend told me about this circle.",
    "First time here, is a camera needed?",
    "I can only stay for the first half hour, is that all right?",
    "Dr Lee suggested that I come.",
    "Could we look at the gap in 2024? I never know how to explain it.",
    "I would like to listen first.",
    "Same group as last month, please.",
    "My hearing is not the best. Are there captions?",
    "I have asked twice and heard nothing.",
    "Joining from the train, sound may drop.",
    "Willing to go first.",
    "",
    "",
    "",
)

REJECTIONS: Final = (
    "this group is for those who have been before; the intro is on Thursday",
    "the group is full, please take the next date",
    "asked for the wrong session, moved to the right one",
)

CANCELLATIONS: Final = (
    "mentor ill",
    "too few people, merged with Thursday's group",
    "no electricity at the mentor's",
    "holiday in half of the group's countries",
)

LINKS: Final = (
    "https://meet.example.org/{key}",
    "https://talk.example.net/r/{key}",
    "https://rooms.example.com/j/{key}",
)


def link(rng: Random) -> str:
    """Return a join link that leads nowhere."""
    letters = "".join(rng.choices("abcdefghjkmnpqrstuvwxyz", k=10))
    key = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    return rng.choice(LINKS).format(key=key)
