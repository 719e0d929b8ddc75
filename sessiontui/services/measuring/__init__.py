"""What is measured while the product works: calls by endpoint, errors by kind, the health over time."""
