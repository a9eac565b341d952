"""Studies, waves, instruments, consent and pseudonymous answers."""
