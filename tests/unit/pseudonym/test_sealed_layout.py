"""The plaintext of a seal: what goes in comes out, what does not fit or is laid out otherwise is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_pseudonym.sealing import PLAINTEXT_BYTES, VERSION, BadLayout, Contents, NoTokens, SealError, pack, unpack

TOKEN = b"t" * 16
tokens = st.dictionaries(st.integers(1, 255), st.binary(min_size=16, max_size=16), max_size=20).map(
    lambda found: sorted(found.items())
)
contents = st.builds(
    Contents,
    tokens=st.dictionaries(st.integers(1, 65535), tokens, min_size=1, max_size=2).filter(lambda t: any(t.values())),
    details=st.none() | st.binary(min_size=1, max_size=200),
    rarity=st.integers(0, 255),
    version=st.just(VERSION),
)


@given(contents)
def test_what_is_packed_comes_out(packed: Contents) -> None:
    plaintext = pack(packed)
    assert len(plaintext) == PLAINTEXT_BYTES and unpack(plaintext) == packed


@given(st.binary(min_size=PLAINTEXT_BYTES - 5, max_size=PLAINTEXT_BYTES).map(lambda b: b"\1" + b))
def test_any_bytes_are_contents_or_refused(plaintext: bytes) -> None:
    with suppress(SealError):
        assert pack(unpack(plaintext))[:3] == plaintext[:3]


@pytest.mark.parametrize(
    "wrong",
    [
        Contents({0: [(1, TOKEN)]}),
        Contents({65536: [(1, TOKEN)]}),
        Contents({1: [(0, TOKEN)]}),
        Contents({1: [(256, TOKEN)]}),
        Contents({1: [(1, TOKEN[:15])]}),
        Contents({1: [(1, TOKEN + b"x")]}),
        Contents({1: [(1, TOKEN), (1, b"u" * 16)]}),
        Contents({1: [(kind, TOKEN) for kind in range(1, 70)]}),
        Contents({1: [(1, TOKEN)]}, b"x" * 1000),
        Contents({1: [(1, TOKEN)]}, b"x" * 70_000),
        Contents({1: [(1, TOKEN)]}, rarity=256),
        Contents({1: [(1, TOKEN)]}, rarity=-1),
        Contents({1: [(1, TOKEN)]}, version=2),
        Contents({epoch: [] for epoch in range(1, 300)}),
    ],
)
def test_what_does_not_fit_is_not_packed(wrong: Contents) -> None:
    with pytest.raises(BadLayout):
        pack(wrong)


def entry(kind: int) -> bytes:
    return bytes([kind]) + TOKEN


@pytest.mark.parametrize(
    ("head", "error"),
    [
        (b"\2\0\1\0\1\1" + entry(1), BadLayout),  # another version
        (b"\1\0\2" + (b"\0\1\1" + entry(1)) * 2, BadLayout),  # an epoch twice
        (b"\1\0\1\0\1\2" + entry(1) * 2, BadLayout),  # a kind twice
        (b"\1\0\1\0\1\1" + entry(1) + b"\0\0\1", BadLayout),  # something behind the end
        (b"\1\0\1\0\1\1" + entry(1) + b"\x04\0", BadLayout),  # details longer than there is room
        (b"\1\0\1\0\1\0", NoTokens),
        (b"\1\0\0", NoTokens),
    ],
)
def test_what_is_laid_out_otherwise_is_refused(head: bytes, error: type[SealError]) -> None:
    with pytest.raises(error):
        unpack(head.ljust(PLAINTEXT_BYTES, b"\0"))
    with pytest.raises(BadLayout):
        unpack(head)
