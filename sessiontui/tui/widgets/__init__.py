"""The parts that screens are made of: they are given values to show, and post messages."""
