"""The tables as a Django application, which is where Django wants its models."""
