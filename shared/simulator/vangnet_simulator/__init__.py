"""A synthetic region, calibrated to published figures."""
