"""What must come out, by plain loops over what went in: slow, obvious, and sharing no code with the services."""
