"""Who is who: owners, their business and clients, and the links contacts hold."""
