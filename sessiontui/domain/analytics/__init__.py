"""Analytics: what each figure means, over what it is counted, how sure it is, and what follows from it."""
