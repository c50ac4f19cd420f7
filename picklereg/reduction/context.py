"""One dump: by whose rules it writes, for which host, and what has been found and decided so far."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from picklereg.introspection.foreign_code import Signal
from picklereg.redaction.beside import are_plain_attributes
from picklereg.redaction.prefilter import prefiltered
from picklereg.reduction.first_writings import begun_anew
from picklereg.reduction.screening import Screening
from picklereg.reduction.walk import Walk

if TYPE_CHECKING:
    from typing import Protocol

    from picklereg.redaction.secrets import Redact, Secrets
    from picklereg.reduction.attachments import Strip
    from picklereg.reduction.first_writings import FirstWritings
    from picklereg.reduction.tracebacks import TracebackWriter
    from picklereg.reduction.walk import Node

__all__ = ["Dump", "Left", "NeedsHost", "ReduceValue", "Reducer", "writes_by_name"]

ReduceValue: TypeAlias = tuple[Any, ...]
Reducer: TypeAlias = Callable[[Any], Any]

#: From this protocol on.
_BYTES_AS_THEY_ARE: Final = 3

if TYPE_CHECKING:  # to make a protocol costs a percent of the import of picklereg

    class Rules(Protocol):
        """What a dump asks its registry."""

        max_chain: int
        redact: Redact
        traceback_of: TracebackWriter | None

        def reducer_for(self, cls: type[BaseException]) -> Reducer | None:
            """Give the reducer that somebody registered for a class or its nearest base."""

        def foreign_reducer(self, cls: type[BaseException]) -> Reducer | None:
            """Give another party's ``copyreg`` entry for exactly this class."""

        def has_reducer(self, cls: type[BaseException]) -> bool:
            """Tell whether there is either of these two."""
            ...

        def declares(self, cls: type[BaseException]) -> bool:
            """Tell whether a class is registered, or belongs to an active set."""
            ...

        def strip_for(self, cls: type, /) -> Strip | None:
            """Give what turns a value of this class into what may travel inside an exception."""


def writes_by_name(host: pickle.Pickler) -> bool:
    """Tell of a pickler whether it is cloudpickle's, or a vendored copy's, and no module was registered to be written by value.

    Args:
        host: the pickler; nothing is asked of it but what it, its class and that one's module hold.
    """
    override = getattr(type(host), "reducer_override", None)
    held = getattr(sys.modules.get(getattr(override, "__module__", "")), "__dict__", {})
    registered = held.get("list_registry_pickle_by_value")
    if registered is None or getattr(held.get("Pickler"), "reducer_override", None) is not override:
        return False
    return "reducer_override" not in getattr(host, "__dict__", ()) and not registered()


class NeedsHost(Signal):
    """Raised in a dump that has no pickler to ask, for a value or class that it would have to be asked about."""


class Left:
    """The answer that a value can't travel, with the reason."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason: str = reason


class Dump:
    """The record of one dump.

    Args:
        rules: the registry.
        host: the pickler that writes; tries follow its ``reducer_override``, ``dispatch_table`` and ``persistent_id``.
        max_chain: in place of the registry's.
        asks_host: whether there is a host to ask; else :class:`NeedsHost` is raised where plain pickle won't do.
        consulted: makes a pickler that may write what plain pickle can't; where that can't, either, no host need be asked.
        trusts: tells of a class whether it is written by value without a try.
        firsts: what objects gave when they were first written, in a try before this one.
        protocol: of what is written, where there is no host to tell it.

    Attributes:
        walk: the exceptions, and where the graph is cut.
        must_clean: whether something has to be replaced in what is written.
        is_unclean: whether something was written in which something may still have to be replaced: strip functions alone have found any
            credentials, and what they gave has none in its place.
        known_credentials: how many are replaced wherever they stand, when notice was taken last.
        losing: by the identity of an exception that another one's text tells of, whether it won't say what it says here.
        told: how often a pickle has told of credentials that nobody could see in the object.
        cover: called with the classes of exceptions that come into view, before these are handed to the host.
        hand_over: gives what is written for an exception that another one leads to; ``None``: the exception itself.
        decided: by identity, what is written for a value.
        noted: by identity, the notes on a value, and how they call it.
        followed: by identity, wrappers in whose place what they hold is written.
        opened: how many objects that are being taken apart stand in one another.
        in_python: whether the host's pickler is made of Python code.
        by_name: whether whatever can be named is written by its name: by plain pickle, and by cloudpickle unless it was told otherwise.
        sound: by the identity of a class, whether nobody has a say in how its instances are pickled (``sound_values``).
        references: by the identity of a class that its own name doesn't lead to, what names it in its place, if anything does.
        named: by the identity of a class, whether the host can name it or write it by value.
        wire_forms: by the identity of a class, whether it takes the wire form: nobody has a reducer for it, and nothing of it is hidden.
    """

    __slots__ = (
        *(
            "asks_host",
            "by_name",
            "consulted",
            "cover",
            "decided",
            "firsts",
            "followed",
            "hand_over",
            "host",
            "in_python",
            "is_unclean",
            "known_credentials",
            "losing",
            "must_clean",
            "named",
            "noted",
            "opened",
            "protocol",
            "rules",
            "told",
        ),
        *("_screening", "references", "sound", "trusts", "walk", "wire_forms"),
    )

    def __init__(
        self,
        rules: Rules,
        host: pickle.Pickler | None = None,
        *,
        max_chain: int | None = None,
        asks_host: bool = True,
        consulted: Callable[[], pickle.Pickler] | None = None,
        trusts: Callable[[type], bool] | None = None,
        firsts: FirstWritings | None = None,
        protocol: int = pickle.HIGHEST_PROTOCOL,
    ) -> None:
        self.rules: Rules = rules
        self.host: Any = host if hasattr(host, "reducer_override") else None
        self.by_name: bool = self.host is None or writes_by_name(self.host)
        self.asks_host: bool = asks_host
        self.consulted = consulted
        self.trusts = trusts
        self.walk = Walk(max_chain or rules.max_chain)
        self._screening: Screening | None = None
        self.must_clean: bool = callable(rules.redact)
        self.is_unclean: bool = False
        self.known_credentials: int = 0
        self.told: int = 0
        self.cover: Callable[[Iterable[type]], object] | None = None
        self.hand_over: Callable[[BaseException], Any] | None = None
        self.decided: dict[int, tuple[object, Any]] = {}
        self.noted: dict[int, tuple[str, list[str]]] = {}
        self.losing: dict[int, bool] = {}
        self.opened: int = 0
        self.firsts: FirstWritings = {} if firsts is None else begun_anew(firsts)
        self.protocol = protocol
        self.followed: dict[int, BaseException] = {}
        self.in_python: bool = False
        self.references: dict[int, Any] = {}
        self.sound: dict[int, bool] = {}
        self.named: dict[int, bool] = {}
        self.wire_forms: dict[int, bool] = {}

    @property
    def screening(self) -> Screening:
        """The credentials and the attachments, if somebody asks."""
        if self._screening is None:
            self._screening = Screening(self.rules.redact, self.rules.strip_for)
        return self._screening

    def begin_with(self, node: Node, texts: list[str], secrets: Secrets | None) -> list[Node]:
        """Begin with an exception that was looked at before there was a dump; give all that it leads to.

        Args:
            node: the exception.
            texts: its texts.
            secrets: what has taken in the credentials in these, if there are any.
        """
        if secrets is not None:
            self._screening = Screening(self.rules.redact, self.rules.strip_for, secrets)
        self.walk.texts += texts
        return self.walk.begin_with(node)

    def screen(self, nodes: list[Node]) -> None:
        """Search exceptions that came into view; of most there is nothing to search but their texts, in which there is nothing."""
        texts = self.walk.texts
        if self.must_clean or not all(map(_is_all_text, nodes)):
            self.screening.screen(nodes, texts)
        else:
            self.suspects(texts)
        texts.clear()
        self.take_notice()

    def suspects(self, texts: list[str]) -> bool:
        """Take in the credentials in texts; tell whether there are any."""
        if not self.rules.redact or not (literals := prefiltered(texts)):
            return False
        secrets: Any = self.screening.secrets  # they are there, since something is to be redacted
        return bool(secrets.scan_texts(texts, literals))

    def take_notice(self) -> None:
        """Take notice of what the screening found. Who has no host to ask reads over what is written instead, and can begin anew."""
        secrets = None if self._screening is None else self._screening.secrets
        if secrets is not None:
            self.known_credentials = secrets.count
        if secrets:  # what is being written by then isn't begun anew, so it stays so
            self.must_clean = self.must_clean or self.asks_host or secrets.is_elsewhere or secrets.is_full or secrets.is_cut
            self.is_unclean = self.is_unclean or not self.must_clean

    def reads_over(self) -> bool:
        """Tell whether what is written will be read over, as :meth:`is_left_in` does, so that what may hold a credential may be written.

        What stands in a credential's place is another matter: it isn't always known elsewhere.
        """
        secrets = self.screening.secrets
        if self.asks_host or secrets is None or secrets.has_house or secrets.is_placed:
            return False
        self.is_unclean = True
        return True

    def is_left_in(self, data: bytes) -> bool:
        """Tell whether a credential may be left in what was written; before protocol 3, bytes and texts are written in other ways."""
        if not self.is_unclean or self.screening.secrets is None:
            return False
        return data[:1] != pickle.PROTO or data[1] < _BYTES_AS_THEY_ARE or self.screening.secrets.may_be_in(data)

    def handed(self, exc: BaseException) -> Any:
        """Give what is written for an exception: itself, or what stands for it."""
        return exc if self.hand_over is None else self.hand_over(exc)


def _is_all_text(node: Node) -> bool:
    """Tell of an exception that it may hold a credential in its texts alone."""
    return node.is_plain or not (
        node.problem is not None
        or node.odd
        or node.odd_args
        or node.odd_fields
        or not node.plain_names
        or not are_plain_attributes(node.plan.field_names)
        or issubclass(type(node.exc), UnicodeError)
    )
