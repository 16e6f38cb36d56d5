"""From the start of the window's program to its end: application, session, opening and closing a library."""
