"""Files as people and programs have them, read into rows: what every import shares."""
