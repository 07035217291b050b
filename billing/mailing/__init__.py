"""Who gets which mail, and how soon."""
