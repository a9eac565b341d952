"""The HTTP API for machines."""
