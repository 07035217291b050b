"""What is billed: charges, invoices, credit notes, numbers and tax."""
