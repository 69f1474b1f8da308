"""What the exit code says."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The contract with shells and scripts."""

    DONE = 0
    NO = 1
    WRONG_REQUEST = 2
    DEFECT = 70
    INTERRUPTED = 130
