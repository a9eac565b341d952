"""DigiCanTrain: design, run, credit and evaluate digital-skills training in cancer care."""

__version__ = "0.1.0"
