"""Alerts, people, delivery."""
