"""The identity of a file: a hash of its bytes."""

import xxhash


def hash_of(content: bytes) -> str:
    """Return the identity of a file's bytes: 32 hexadecimal digits (XXH3, 128 bits)."""
    return xxhash.xxh3_128_hexdigest(content)
