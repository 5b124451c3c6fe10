"""Decisions about alerts: pure functions over values."""
