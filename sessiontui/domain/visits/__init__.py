"""Visits: what people come back to, what was decided since they were last there, what to do next and what blocks."""
