"""What can stand in the way of an intention, each with a stable code and the facts of the case.

Anything that is not one of these is a defect of the program and is treated as one.
Sentences for the codes live in ``resources/phrases`` and are looked up by :mod:`timebank.phrases`.
"""

from __future__ import annotations


class Problem(Exception):
    """Base of all expected failures: a stable ``code`` and the ``facts`` its sentence needs."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class Refusal(Problem):
    """The rules, or the books as they stand, say no. Nothing was changed."""


class Fault(Problem):
    """The surroundings failed: a disk, a file, a printer, a missing font. Nothing was changed."""


class Cancelled(Problem):
    """The person asked to stop. Nothing was left half done."""

    def __init__(self) -> None:
        super().__init__("cancelled")
