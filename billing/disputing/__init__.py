"""Disputes: what is not agreed on stands still, until one side takes the split the other offers."""
