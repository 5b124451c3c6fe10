"""Kafka's messages and PostgreSQL's rows."""
