"""What may go wrong without a fault in the program: told as one message, without a traceback."""


class Expected(Exception):
    """Its text says what is the matter and what to do."""
