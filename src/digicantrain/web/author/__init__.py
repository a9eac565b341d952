"""Pages: author."""
