"""Rows → the dicts that go out. No question is asked here and nothing is judged."""
