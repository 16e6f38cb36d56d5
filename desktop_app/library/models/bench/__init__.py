"""Measures in which way a model runs fastest on this computer, and whether that way is true to float32."""
