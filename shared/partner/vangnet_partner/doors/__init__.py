"""The two ways in: the partner's Kafka topic and POST /v1/meldingen."""
