"""The gallery of clients in ``docs/clients``: each is run against a real server."""
