"""Generated requests against the service's own description: `python -m tests.fuzz --examples 1000`."""
