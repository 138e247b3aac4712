import pytest

from copilot.auth.network import network_of
from copilot.auth.tokens import (
    LINK_PREFIX,
    KeyedHash,
    hint_of,
    looks_like_key,
    new_key,
    new_token,
)
from copilot.kernel.masking import mask


def test_new_keys_are_recognised_and_differ() -> None:
    keys = {new_key() for _ in range(200)}
    assert len(keys) == 200
    assert all(looks_like_key(key) for key in keys)


def test_a_typo_a_cut_and_a_swap_are_refused() -> None:
    key = new_key()
    for place in range(4, len(key)):
        wrong = "2" if key[place] != "2" else "3"
        assert not looks_like_key(key[:place] + wrong + key[place + 1 :])
        if key[place] != key[place - 1] and place > 4:
            swapped = key[: place - 1] + key[place] + key[place - 1] + key[place + 1 :]
            assert not looks_like_key(swapped)
    assert not looks_like_key(key[:-1])
    assert not looks_like_key(key + "0")
    assert not looks_like_key(key.upper())
    assert not looks_like_key("")


def test_hashes_depend_on_secret_purpose_and_where_parts_end() -> None:
    hashes = KeyedHash(b"a" * 32)
    assert hashes.of("key", "x") == hashes.of("key", "x")
    assert hashes.of("key", "x") != hashes.of("link", "x")
    assert hashes.of("key", "ab", "c") != hashes.of("key", "a", "bc")
    assert hashes.of("key", "x") != KeyedHash(b"b" * 32).of("key", "x")
    assert len(hashes.of("key", "\ud800")) == 64


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyedHash(b"short")


def test_secrets_are_masked_in_text() -> None:
    key, link = new_key(), new_token(LINK_PREFIX)
    masked = mask(f"key {key}, https://x/login/{link}?a=b")
    assert key[4:] not in masked
    assert link[4:] not in masked
    assert masked == "key cpk_…, https://x/login/cpl_…?a=b"


def test_the_hint_gives_little_away() -> None:
    key = new_key()
    assert hint_of(key) == key[:8]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_limits_see_the_network_that_one_party_has(address: str, network: str) -> None:
    assert network_of(address) == network
