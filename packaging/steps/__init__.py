"""The steps of the build: each module has ``run()``, which takes the step or raises CannotBuildError."""
