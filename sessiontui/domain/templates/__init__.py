"""Templates: the plans that sessions are made from; their shape, their TOML, what suits, how long it takes."""
