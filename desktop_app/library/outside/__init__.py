"""What others wrote, read within bounds: files, JSON, numbers and addresses that may be anything."""
