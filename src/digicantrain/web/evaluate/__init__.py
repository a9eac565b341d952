"""Pages: evaluate."""
