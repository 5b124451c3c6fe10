"""What everyone agrees on: events, messages, topics, codes, policy. No I/O."""
