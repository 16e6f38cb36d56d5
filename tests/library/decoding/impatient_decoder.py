"""The hostile decoder in a process that waits for its application a second longer than that waits for it, not ten."""

from desktop_app.library.decoding import confine
from tests.library.decoding.hostile_decoder import decode

__all__ = ["decode"]

# It is imported in the decoder's own process, before that is given anything to do.
confine._GRACE_S = 1
