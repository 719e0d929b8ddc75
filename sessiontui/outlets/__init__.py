"""How a letter leaves: one protocol, and one module for each channel."""
