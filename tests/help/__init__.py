"""What README and the pages of help say is true: links, commands, settings, keys, queries, JSON."""
