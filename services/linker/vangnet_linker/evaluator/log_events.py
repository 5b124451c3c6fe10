"""What an evaluator's process log may say; the log of requests is the store's."""

EVENTS = {"quota-reached": ("partner", "reason"), "evaluator-store-failed": ("fault",)}
