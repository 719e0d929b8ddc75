"""Editing at the same time: what others changed meanwhile, and what one had typed when one left."""
