"""The words and the rules: pure, importing the standard library alone."""
