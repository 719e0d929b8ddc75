"""What the past teaches: skills and what people know of them, what goes with good outcomes, how long work takes."""
