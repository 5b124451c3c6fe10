"""The HTTP door and what partners read: event types and public keys."""
