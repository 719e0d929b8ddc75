"""The chance that nobody comes: each person's own record, shrunk towards the platform's rate, explained in words.

A person comes to a booking with the platform's chance for such bookings (how long ahead it was made, at what hour,
on which day), moved by what their own record says. Without such terms this is the mean of a beta-binomial: a prior
that weighs as much as some number of cases, and the person's own cases. The chance that nobody comes to a session
is the product over its approved people, who are taken to decide independently of each other.
"""

from sessiontui.domain.risk.cases import Case, Term, Traits, band_word, traits_of
from sessiontui.domain.risk.fitting import LEAST_CASES, fit
from sessiontui.domain.risk.measuring import Bin, Measures, Precision, calibration, measures, precision
from sessiontui.domain.risk.model import Fit, Outlook, Record, Risk, effect, outlook, risk_of
from sessiontui.domain.risk.records import RECENT, Seen, recorded

__all__ = [
    "LEAST_CASES",
    "RECENT",
    "Bin",
    "Case",
    "Fit",
    "Measures",
    "Outlook",
    "Precision",
    "Record",
    "Risk",
    "Seen",
    "Term",
    "Traits",
    "band_word",
    "calibration",
    "effect",
    "fit",
    "measures",
    "outlook",
    "precision",
    "recorded",
    "risk_of",
    "traits_of",
]
