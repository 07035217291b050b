"""What Milepost says to a client in other languages than English: catalogues, and their tool."""
