"""The batch processor, Faust host, database, settings, logging, metrics, clock."""
