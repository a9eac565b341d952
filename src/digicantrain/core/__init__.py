"""Rules of the field: no Django, no clock, no network, no files of its own."""
