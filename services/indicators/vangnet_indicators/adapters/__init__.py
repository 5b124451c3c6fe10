"""PostgreSQL, and the stage that the batch processor runs."""
