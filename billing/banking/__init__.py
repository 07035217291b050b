"""Bank statements: read from files, matched with invoices, booked once a person says so."""
