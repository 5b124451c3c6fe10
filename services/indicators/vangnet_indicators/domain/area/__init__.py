"""Area counts: what each event and each person adds to which series of calendar days (docs/decisions, "Area counts")."""
