"""PostgreSQL and the opening of sealed identities."""
