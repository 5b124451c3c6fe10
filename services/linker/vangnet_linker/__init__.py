"""The only place where events of one person meet; and the evaluator role."""
