"""The operations on exports and imports: `list_exports`, `list_imports`, which are always empty yet."""
