"""Templates: known by their words, made, changed, retired, suggested, and used for sessions."""
