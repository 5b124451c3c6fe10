"""Decides whether an event may come in."""
