"""All pages, by audience. No models."""
