"""All that opens a connection: addresses, downloads that resume, and the look for a newer version."""
