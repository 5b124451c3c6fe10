"""Record headers as one `bytea`: MessagePack, an array of [name, value]."""

import msgspec

from vangnet_runtime.records import Headers

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...])
EMPTY = _encoder.encode(())


def pack(headers: Headers) -> bytes:
    """To be stored."""
    return _encoder.encode(headers) if headers else EMPTY


def unpack(stored: bytes) -> Headers:
    """As they were."""
    return () if stored == EMPTY else _decoder.decode(stored)
