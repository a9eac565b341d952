"""Tracks, modules, units, outcomes and competences, imported from files."""
