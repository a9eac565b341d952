"""Open Badges 3.0 credentials: what they say, how they are signed, how they are verified.

`award` says what is awarded, `badge` writes it down, `proof` signs it, `verification` judges it.
"""
