"""What a partner's machine remembers: the local key, the way back from event ids, answers, and what waits to be sent."""
