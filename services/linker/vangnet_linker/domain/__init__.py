"""Which events are about one person, and what follows from it. Pure: no I/O, clock or randomness."""
