"""What the window does off the GUI thread: work in the background, the engine's events, thumbnails, whole pictures."""
