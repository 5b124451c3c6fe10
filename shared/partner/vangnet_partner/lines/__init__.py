"""What a partner hands in: one JSON object a line, in clear. It never leaves the partner."""
