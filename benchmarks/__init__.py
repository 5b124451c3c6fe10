"""How fast each part is, next to the fastest that it could be: `make bench`. Nothing here is a test; no time is asserted."""
