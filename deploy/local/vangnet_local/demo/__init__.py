"""`vangnet demo`: a synthetic region played day by day, watched live, or to its end and compared with the oracle."""
