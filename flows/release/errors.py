"""What stops a release, told in words that say what to do."""


class BadAssertionsError(Exception):
    """assertions.yml cannot be used; the message says where and why."""


class ReleaseFailedError(Exception):
    """A release breaks its checks and was not published; the message says why and where the reasons stand."""
