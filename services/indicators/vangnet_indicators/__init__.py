"""Rolling counts, rules, episodes."""
