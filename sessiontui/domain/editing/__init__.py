"""Two people change one thing: what goes together by itself, and what somebody has to decide."""
