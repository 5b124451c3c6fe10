"""The evaluator role: half a key, in another organisation. It sees blinded points and nothing else; own settings, quota, log."""
