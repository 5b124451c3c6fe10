"""Partitions as every other Kafka client chooses them."""

import os

import pytest
from aiokafka.partitioner import murmur2 as reference
from vangnet_runtime.headers import pack, unpack
from vangnet_runtime.records import Outgoing, murmur2, partition_for


@pytest.mark.parametrize(
    ("data", "value"),  # org.apache.kafka.common.utils.UtilsTest.testMurmur2
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_murmur2_is_kafkas(data: bytes, value: int) -> None:
    assert murmur2(data) == value & 0xFFFFFFFF


def test_murmur2_equals_the_clients_for_every_length() -> None:
    for length in range(70):
        data = os.urandom(length)
        assert murmur2(data) == reference(data)
        assert 0 <= partition_for(data, 8) < 8


def test_headers_come_back_as_they_were() -> None:
    for headers in ((), (("a", b""),), (("a", b"\x00\xff"), ("a", b"twice"))):
        assert unpack(pack(headers)) == headers


def test_size_counts_key_value_and_headers() -> None:
    assert Outgoing("t", 0, b"key", b"value", (("h", b"12"),)).size == 3 + 5 + 3
