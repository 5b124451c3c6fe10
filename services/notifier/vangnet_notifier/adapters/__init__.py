"""PostgreSQL and SMTP."""
