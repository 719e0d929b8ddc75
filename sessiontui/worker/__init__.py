"""The worker: which job runs how often, who leads, and one wrapper round every run."""
