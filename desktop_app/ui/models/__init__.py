"""The models in the window: cards, panel, and the strip that offers a better one."""
