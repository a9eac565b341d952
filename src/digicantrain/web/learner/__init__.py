"""Pages: learner."""
