"""What pages tell, read in a fixed number of queries. Nothing here writes."""
