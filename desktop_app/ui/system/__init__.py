"""The computer around the window: power, screen, file manager, drag and drop, signals, one instance."""
