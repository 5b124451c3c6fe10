"""What a partner installs: library and command."""
