"""Counting and rules: pure functions of a person's events as they are linked now."""
