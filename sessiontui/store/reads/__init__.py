"""Questions to the database: SQL in, plain rows out."""
