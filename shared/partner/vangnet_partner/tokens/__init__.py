"""Tokens of a person: from the memory of this process, or by both evaluators together."""
