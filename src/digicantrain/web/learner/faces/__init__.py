"""The faces of the activity kinds: how each is shown, and what a learner can do there."""
