"""Models of the catalogue and of repositories: what is offered, and how its files are fetched."""
