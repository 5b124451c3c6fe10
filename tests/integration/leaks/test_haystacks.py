"""What lies in a real Kafka, a real PostgreSQL and behind real addresses reaches the search whole."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from kafka import KafkaProducer
from vangnet_contract.topics import PERSONS, catalogue
from vangnet_local.kafka import Kafka
from vangnet_local.postgres import SUPERUSER, Postgres
from vangnet_runtime.broker import Broker
from vangnet_runtime.kafka import make_topics

from tests.e2e import leaks
from tests.integration.conftest import Schema

NEEDLES = leaks.identifiers([{"bsn": "999990019", "clientNumber": "C-10007"}])


def found(haystacks: Iterator[leaks.Haystack]) -> set[leaks.Finding]:
    return {finding for place, data in haystacks for finding in leaks.scan(NEEDLES, place, data)}


def test_keys_headers_and_values_of_every_partition(kafka: Kafka) -> None:
    make_topics(Broker(kafka.bootstrap), catalogue([]))
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    for number in range(8):
        producer.send(PERSONS, key=b"k", value=b"x" * 100, partition=number)
    producer.send(PERSONS, key=b"999990019", value=b"x", partition=1)
    producer.send(PERSONS, value=b"x", headers=[("h", b"999990019")], partition=3)
    producer.send(PERSONS, value=b'{"x":"C-10007"}', partition=5)
    producer.close()
    places = {(finding.kind, finding.place.split(" from ")[0]) for finding in found(leaks.topics(kafka.bootstrap))}
    topic = f"topic {PERSONS}"
    assert places >= {("bsn", f"{topic}/1"), ("bsn", f"{topic}/3"), ("client number", f"{topic}/5")}
    assert not places & {(kind, f"{topic}/{number}") for kind in leaks.SEARCHES for number in (0, 2, 4, 6, 7)}


def test_every_table_of_every_schema_also_packed_bytes(postgres: Postgres, schema: Schema) -> None:
    postgres.sql(f"""
        CREATE TABLE {schema.name}.packed (body bytea);
        CREATE TABLE {schema.name}.written (note text, number bigint);
        CREATE TABLE {schema.name}.clean (id uuid DEFAULT gen_random_uuid());
        INSERT INTO {schema.name}.packed VALUES ('\\x0193a9{b"999990019".hex()}00');
        INSERT INTO {schema.name}.written VALUES ('C-10007', 999990019);
        INSERT INTO {schema.name}.clean DEFAULT VALUES;
        COMMENT ON TABLE {schema.name}.clean IS 'once about 999990019';
    """)
    table = f"database: {schema.name}"
    places = {(finding.kind, finding.place, finding.encoding) for finding in found(leaks.database(schema.dsn))}
    assert {place for place in places if schema.name in place[1] or "definitions" in place[1]} == {
        ("bsn", f"{table}.packed", "hex"),
        ("bsn", f"{table}.written", "plain"),
        ("client number", f"{table}.written", "plain"),
        ("bsn", "database: definitions", "plain"),
    }
    postgres.sql(f"DROP SCHEMA {schema.name} CASCADE")


def test_a_database_that_cannot_be_read_whole_is_no_clean_one(postgres: Postgres) -> None:
    with pytest.raises(RuntimeError, match="pg_dump"):
        found(leaks.database(postgres.dsn(SUPERUSER, "nowhere")))
    with pytest.raises(RuntimeError, match="permission denied"):
        postgres.sql("CREATE TABLE IF NOT EXISTS notifier.of_others (id int)")
        found(leaks.database(postgres.dsn("linker")))
    postgres.sql("DROP TABLE notifier.of_others")


class Answers(BaseHTTPRequestHandler):
    """A page of metrics; and mails as the platform's mail server lists them."""

    def do_GET(self) -> None:
        assert self.path == "/metrics" or self.headers["Accept"] == "application/json"
        mails = [{"number": 1, "text": "niets"}, {"number": 2, "text": "over C-10007", "recipients": []}]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'x_total{bsn="999990019"} 1' if self.path == "/metrics" else json.dumps(mails).encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_metrics_and_mails() -> None:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        in_metrics, in_mails = found(leaks.metrics({"ingest": f"{url}/metrics"})), found(leaks.mails(f"{url}/mails"))
        server.shutdown()
    assert in_metrics == {leaks.Finding("bsn", "metrics ingest", "plain")}
    assert in_mails == {leaks.Finding("client number", "mail 2", "plain")}
