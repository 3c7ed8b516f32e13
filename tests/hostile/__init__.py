"""Requests that no honest client sends, over a socket to the real server."""
