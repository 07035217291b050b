"""Outgoing work: mail, documents, hooks. The only rooms that talk to the outside."""
