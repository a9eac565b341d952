"""Learning records: xAPI statements, append-only."""
