"""What the resources share: hypermedia, scoping, forms, errors, security, sessions, formatting."""
