"""What docker-compose.yml brings up, used from outside. Needs a Docker engine (DOCKER_HOST): `make test-compose`, not `make test`."""
