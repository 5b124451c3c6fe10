"""Partitions and headers."""

from vangnet_runtime.headers import pack, unpack
from vangnet_runtime.records import Outgoing, partition_for


def test_partitions_are_librdkafkas() -> None:
    """CRC-32 by its published check value; librdkafka takes it modulo the number of partitions."""
    assert partition_for(b"123456789", 2**32) == 0xCBF43926
    assert {partition_for(bytes([number]), 8) for number in range(100)} == set(range(8))


def test_headers_come_back_as_they_were() -> None:
    for headers in ((), (("a", b""),), (("a", b"\x00\xff"), ("a", b"twice"))):
        assert unpack(pack(headers)) == headers


def test_size_counts_key_value_and_headers() -> None:
    assert Outgoing("t", 0, b"key", b"value", (("h", b"12"),)).size == 3 + 5 + 3
