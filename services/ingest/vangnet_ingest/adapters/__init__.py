"""Kafka and the token issuer."""
