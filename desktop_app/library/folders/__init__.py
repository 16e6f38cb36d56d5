"""What is in a chosen folder: listing, rules and ignore files, what changed since, and the watcher that hears of it."""
