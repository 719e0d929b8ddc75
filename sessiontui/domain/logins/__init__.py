"""Logins: what they may do, how their tokens rotate, when they end, and how they fare from 0 to 100."""
