"""The books: what was billed and paid in a period, for the owner and whoever keeps accounts."""
