"""Why a process cannot start, in words for the person who starts it. The text is shown, so it holds no secret."""


class CannotStart(Exception):
    """Names the cause and what to do about it."""
