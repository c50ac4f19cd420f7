"""What can go wrong, as exceptions: one root, few leaves, each with fields, each picklable.

The lowest floor: it imports nothing of ours but the mark of public names. Every class hands its fields to ``super().__init__``,
so that plain :mod:`pickle` carries our own errors, and each message names the thing, then the remedy.
"""

from __future__ import annotations

from pickle import UnpicklingError
from typing import Final

from picklereg.introspection.public import public

__all__ = [
    "ArgumentTypeError",
    "ArgumentValueError",
    "DiscoveryError",
    "DiscoveryWarning",
    "EndOfPickleError",
    "PickleregError",
    "RegistrationError",
    "SignatureError",
    "SigningKeyError",
    "UnreadablePickleError",
    "UnsafePickleError",
]

_IF_YOURS: Final = "if it is yours, read it with picklereg.loads"


@public
class PickleregError(Exception):
    """The root of every error that picklereg raises of its own."""


class _ArgumentError(PickleregError):
    """A function was handed something that it can't use. Nothing was done.

    Attributes:
        argument: the argument's name.
        given: what came, in a few words; its content isn't told.
        remedy: what to pass instead.
    """

    def __init__(self, argument: str, given: str, remedy: str) -> None:
        super().__init__(argument, given, remedy)
        self.argument = argument
        self.given = given
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.argument} is {self.given}; {self.remedy}"


@public
class ArgumentTypeError(_ArgumentError, TypeError):
    """A function was handed something of a type that it can't use. Nothing was done.

    Attributes:
        argument: the argument's name.
        given: what came, in a few words; its content isn't told.
        remedy: what to pass instead.
    """


@public
class ArgumentValueError(_ArgumentError, ValueError):
    """A function was handed something of the right type with which it can't be done. Nothing was done.

    Attributes:
        argument: the argument's name.
        given: what came.
        remedy: what to pass instead.
    """


@public
class RegistrationError(PickleregError, TypeError):
    """Something was registered that is no exception class, or no reducer. Nothing was changed.

    Attributes:
        subject: what was handed in, as text.
        problem: why it can't be registered.
        remedy: what to pass instead.
    """

    def __init__(self, subject: str, problem: str, remedy: str) -> None:
        super().__init__(subject, problem, remedy)
        self.subject = subject
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"can't register {self.subject}: {self.problem}; {self.remedy}"


@public
class DiscoveryError(PickleregError):
    """A declared exception set can't be used. The other sets are not concerned.

    Attributes:
        name: the entry point's name, which is the module that the set waits for.
        value: the entry point's value, which is where the set is.
        distribution: the distribution that declares it, or ``None`` for a set registered in code.
        problem: what happened.
    """

    def __init__(self, name: str, value: str, distribution: str | None, problem: str) -> None:
        super().__init__(name, value, distribution, problem)
        self.name = name
        self.value = value
        self.distribution = distribution
        self.problem = problem

    def __str__(self) -> str:
        if self.distribution is None:
            return f"exception set {self.name!r} (registered in this process): {self.problem}"
        return (
            f"exception set {self.name!r} = {self.value!r} of distribution {self.distribution!r}: {self.problem}; "
            f"fix or uninstall {self.distribution!r}, or report it to its maintainers"
        )


@public
class DiscoveryWarning(UserWarning):
    """A declared exception set was skipped. Its message is the text of a :class:`DiscoveryError`."""


@public
class UnreadablePickleError(PickleregError, UnpicklingError):
    """:func:`picklereg.loads` was handed bytes that are no pickle, or no whole one. ``pickle`` would raise ``UnpicklingError``.

    Attributes:
        problem: what the bytes are.
        remedy: what to do.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}; {self.remedy}"


@public
class EndOfPickleError(UnreadablePickleError, EOFError):
    """The same where the bytes are at an end before a pickle is, and ``pickle`` would raise ``EOFError``.

    Attributes:
        problem: what the bytes are.
        remedy: what to do.
    """


@public
class UnsafePickleError(PickleregError, UnpicklingError):
    """:func:`picklereg.safe_loads` doesn't read these bytes: they are broken, hostile, or too much.

    Attributes:
        problem: what is wrong.
        position: where in the bytes the opcode stands that can't be followed.
        opcode: its name, or ``None`` if it is not about one.
        remedy: what to do; ``None`` if it is not known to be anything but whole.
    """

    def __init__(self, problem: str, position: int, opcode: str | None, remedy: str | None = None) -> None:
        super().__init__(problem, position, opcode, remedy)
        self.problem = problem
        self.position = position
        self.opcode = opcode
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"at byte {self.position:,}" if self.opcode is None else f"at byte {self.position:,} ({self.opcode})"
        return f"can't read this pickle safely: {self.problem}, {where}; {self.remedy or _IF_YOURS}"


@public
class SignatureError(PickleregError, UnpicklingError):
    """A :class:`picklereg.Signer` doesn't read these bytes: nobody who has the key wrote them like that. Nothing was unpickled.

    Attributes:
        problem: what is wrong with them.
        remedy: what to do.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}; {self.remedy}"


@public
class SigningKeyError(PickleregError, ValueError):
    """A :class:`picklereg.Signer` was given a key that is none.

    Attributes:
        problem: what is wrong with it; the key itself isn't told.
        remedy: what to pass instead.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"can't sign: {self.problem}; {self.remedy}"
