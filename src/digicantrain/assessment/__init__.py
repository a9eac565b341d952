"""Item banks, blueprints, attempts, responses and scores."""
