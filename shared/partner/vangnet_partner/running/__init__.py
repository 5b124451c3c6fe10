"""`vangnet-partner run`: lines from a folder or from stdin for as long as it lives, and a levensteken every hour."""
