"""Dates and times as Europe writes them; Django's own English is American."""
