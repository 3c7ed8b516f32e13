"""The documentation: every request in it gives the answer that it shows."""
