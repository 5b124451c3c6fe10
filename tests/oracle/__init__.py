"""What indicators must say, by plain loops over whole histories: slow, obvious, sharing no code with the service.

Written from the definitions of occurrences, counts, episodes and signals (docs: contract), not from the service.
"""
