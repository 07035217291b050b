"""Change orders: composed, read as a redline, signed like an agreement, put into the plan."""
