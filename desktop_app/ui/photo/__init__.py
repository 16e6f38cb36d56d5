"""One photo, large: canvas, details, the rectangle drawn on it."""
