"""The explorer and the served documentation, in a real browser."""
