"""A run in a container of its own: what it needs comes from the portal, and goes back there."""
