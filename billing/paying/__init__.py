"""What settles an invoice."""
