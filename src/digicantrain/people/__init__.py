"""Persons, organisations, sites, roles, the audit trail and the privacy register."""
