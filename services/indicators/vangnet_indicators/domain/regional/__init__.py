"""Rules without a person: a partner that is silent, a municipality with unusually many reports. Owner: partition 0."""
