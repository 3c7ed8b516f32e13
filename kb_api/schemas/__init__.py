"""What may come in and what goes out, one class a role; the OpenAPI document is made of these classes."""
