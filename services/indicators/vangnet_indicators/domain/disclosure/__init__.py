"""Disclosure control: what of the area figures may leave, so that no small number can be worked out (privacy.md)."""
