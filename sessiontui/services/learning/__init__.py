"""Learning: what people say they knew, what past sessions teach, and how long work is likely to take."""
