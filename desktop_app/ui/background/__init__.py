"""Everything of the window that is not on its thread: work, events of the engine, thumbnails, pictures."""
