"""Pages: what the platform holds on me."""
