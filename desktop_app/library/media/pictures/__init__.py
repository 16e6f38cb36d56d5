"""From the bytes of a still picture to its pixels: openers, colours, orientation, RAW, high dynamic range."""
