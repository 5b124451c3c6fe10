"""Persons as components of a graph of identity profiles: weights from a table, certain facts first, a tie is never sure."""
