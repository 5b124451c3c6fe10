"""Canonical identity, tokens, VOPRF with two split keys, sealing, signatures. No I/O."""
