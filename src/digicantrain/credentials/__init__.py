"""Issued credentials, keys, status, verification and transcripts."""
