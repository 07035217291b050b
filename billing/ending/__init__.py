"""Ways an engagement ends early, and what that costs."""
