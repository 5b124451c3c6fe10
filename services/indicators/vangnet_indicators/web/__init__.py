"""What indicators shows: the rules, the figures, the report. Pages for people, JSON for programs, the same content."""
