"""Django glue without models."""
