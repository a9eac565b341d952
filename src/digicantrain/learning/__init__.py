"""Cohorts, enrolments, progress and the kinds of activity."""
