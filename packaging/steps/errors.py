"""What a step of the build raises."""


class CannotBuildError(Exception):
    """This step cannot be taken here; the message says why and what to do."""
