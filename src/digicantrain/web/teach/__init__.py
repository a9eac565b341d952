"""Pages: teach."""
