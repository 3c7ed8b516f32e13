"""The same three answers from the same tables, as each framework's own tutorial would have them written.

Rule: nothing here is tuned and nothing is left out: eager loading, the framework's own schemas, its own JSON. The apps
run in an environment of their own (``benchmarks/peers/requirements.lock``) and know nothing of kb_api.
"""
