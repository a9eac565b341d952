"""The demo: an invented provider, an invented cast and an invented pilot."""
