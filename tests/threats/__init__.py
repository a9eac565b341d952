"""Threats that cross the whole platform, each by its number."""
