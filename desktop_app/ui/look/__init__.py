"""How the window looks and speaks: theme, icons, wording, small widgets used everywhere."""
