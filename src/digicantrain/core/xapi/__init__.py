"""xAPI 1.0.3 and 2.0: statements, their rules and their forms."""
