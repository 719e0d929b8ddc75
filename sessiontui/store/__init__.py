"""Everything that is kept: the only room that speaks SQL and knows which database it is."""
