"""Writes models of open_clip as graphs without weights; the only room that needs torch at any time."""
