"""What a person's events say: counts, occurrences, episodes, signals. Pure functions over values."""
