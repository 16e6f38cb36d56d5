"""What a child process may reach: its environment, and the walls that the operating system holds around it."""
