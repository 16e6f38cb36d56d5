"""What `PhotoLibrary` offers, in four services: folders, models, browsing, searching. They do not know each other."""
