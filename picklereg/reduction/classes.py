"""What becomes of an exception's class: named, written by value, or neither; and whether anybody has a reducer for it.

The first that holds:

1. Its own name leads to it: it is named so. (What ``__main__`` defines goes by value where the host can, since readers have another.)
2. A loaded module holds it under another name (``introspection.homes``): it is named there, by a call that finds it.
3. The host can write it by value, and a reader can make it: so classes of ``__main__`` and of functions travel. Where its name says
   that a module holds it, and none does, the reader's copy is caught by no ``except`` clause that names it: a note says so.
4. The nearest base for which one of the first two holds stands for it, with a note. So for a class that would take a credential along.

Where the module that a class says it is of holds another exception class of that very name (it was reloaded since), readers have that
one: it comes before the last two, with a note, so that the ``except`` clause that names it catches what arrives.
"""

from __future__ import annotations

import copyreg
import importlib
import sys
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import has_layout_of, has_own_reduce, plan_for
from picklereg.introspection.copies import values_of
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.homes import holder_of
from picklereg.introspection.kinds import attributes_of, slots_of
from picklereg.introspection.naming import MAIN, is_importable, is_said_to_be_held, module_of, mro_of, qualname_of
from picklereg.redaction.values import is_plain_word
from picklereg.redaction.written_code import holds_credential
from picklereg.reduction.apart import by_slots
from picklereg.reduction.context import NeedsHost
from picklereg.reduction.expression import Expression, Reference, named
from picklereg.reduction.round_trip import write_class
from picklereg.reduction.screening import Screening
from picklereg.unpickling.stand_ins.origin import Named

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, ReduceValue, Rules

__all__ = [
    "by_reference",
    "carries_class",
    "copied_class",
    "is_copied",
    "is_free",
    "is_nameable",
    "loses_qualname",
    "named_object",
    "namesake_of",
    "nearest_named",
    "takes_wire_form",
    "travels",
]

#: What holds nothing that travels with a class, or is asked about by itself.
_CODE: Final = frozenset({BuiltinFunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType, type, type(None)})


def is_free(cls: type[BaseException], rules: Rules) -> bool:
    """Tell whether nobody, the class itself included, has a reducer for a class."""
    return not has_own_reduce(cls) and not rules.has_reducer(cls)


def is_nameable(cls: type) -> bool:
    """Tell whether plain pickle can name a class so that any reader finds it."""
    return is_importable(cls) and cls.__module__ != MAIN


def loses_qualname(cls: type, dump: Dump) -> bool:
    """Tell whether a nested class goes by value, where only the last part of its name is kept, and the reader can set it."""
    return type(cls).__setattr__ is type.__setattr__ and not is_nameable(cls) and dump.references.get(id(cls)) is None


def takes_wire_form(cls: type[BaseException], dump: Dump) -> bool:
    """Tell whether a class takes the wire form: nobody, itself included, has a reducer for it, and the host can name or write it.

    Raises:
        NeedsHost: there is no host, and one would have to write the class.
    """
    key = id(cls)
    known = dump.wire_forms.get(key)
    if known is None:
        plan = plan_for(cls)
        is_open = is_free(cls, dump.rules) and plan.makeable and not (plan.readonly or plan.hides_fields)
        known = dump.wire_forms[key] = is_open and travels(cls, dump)
    return known


def travels(cls: type, dump: Dump) -> bool:
    """Tell whether the class of an exception can be named, or written by the host.

    Raises:
        NeedsHost: there is no host, and one would have to write the class.
    """
    if dump.by_name and is_nameable(cls) and (dump.host is None or type(cls).__hash__ is type.__hash__):  # which cloudpickle looks up
        return True
    return _reference(cls, dump) is not None or (namesake_of(cls, dump) is None and carries_class(cls, dump))


def namesake_of(cls: type, dump: Dump) -> type[BaseException] | None:
    """Give the exception class that a module holds under the very name of one that nothing holds any more, if instances of it can be made.

    A class of ``__main__`` goes by value rather than by its name, where it can.
    """
    module, name = module_of(cls), qualname_of(cls)
    if type(cls) is Named or is_importable(cls) or (module == MAIN and dump.host is not None):
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    if not issubclass(type(found), type) or not issubclass(found, BaseException) or _reference(cls, dump) is not None:
        return None
    if id(found) in map(id, mro_of(cls)):  # it was made beneath that one
        return None
    is_named_so = (module_of(found), qualname_of(found)) == (module, name)
    return found if is_named_so and is_importable(found) and plan_for(found).makeable else None


def carries_class(cls: type, dump: Dump) -> bool:
    """Tell whether the host can name a class by its own name, or write it by value; of a function that goes so, whether it may.

    Raises:
        NeedsHost: there is no host, and one would have to write the class.
    """
    if issubclass(type(cls), FunctionType):
        return dump.screening.secrets is None or not holds_credential(cls)
    if dump.host is None:
        if not dump.asks_host and not is_nameable(cls):
            raise NeedsHost
        return is_importable(cls)
    key = id(cls)
    if key not in dump.named:
        if dump.by_name and is_nameable(cls) and type(cls).__hash__ is type.__hash__:
            return True
        dump.named[key] = True  # met again while it is being written: it refers to itself
        dump.named[key] = _writes(cls, dump)
    return dump.named[key]


def copied_class(cls: type[BaseException], dump: Dump) -> type | None:
    """Give, of a class that goes by value, the first of its MRO whose name says that a module holds it, and none does."""
    if dump.references.get(id(cls), cls) is not None:
        return None
    bases = [base for base in mro_of(cls) if not is_importable(base) and is_said_to_be_held(base)]
    return next((base for base in bases if _reference(base, dump) is None), None)


def is_copied(cls: type, dump: Dump) -> bool:
    """Tell whether the reader gets a copy of a class, or of one of its bases, whose name says that a module holds it."""
    odd = [base for base in mro_of(cls) if not is_importable(base) and is_said_to_be_held(base)]
    values = [dump.host.reducer_override(base) for base in odd] if dump.host is not None else []
    return any(value is not NotImplemented and len(value) > 2 for value in values)  # a shorter one says where it is found


def by_reference(value: ReduceValue, cls: type[BaseException], dump: Dump) -> ReduceValue:
    """Give the reduce value of somebody else's with what names the class in the place of the class, if anything has to."""
    value = _with_named_method(value, dump)
    reference = _reference(cls, dump)
    if reference is None:
        return value
    function, args, *rest = value
    if args and args[0] is cls:
        args = (reference, *args[1:])
        if function is copyreg.__newobj__:  # type: ignore[attr-defined]
            function = plan_for(cls).native if plan_for(cls).newobj else Reference(getattr, reference, "__new__")
    return (reference if function is cls else function, args, *rest)


def _with_named_method(value: ReduceValue, dump: Dump) -> ReduceValue:
    """Have the reader ask a class that it can import for its classmethod: cloudpickle would copy that, and its variables come too late."""
    method, *rest = value
    if (dump.host is None and dump.asks_host) or type(method) is not MethodType:
        return value
    owner: Any = method.__self__
    is_found = is_nameable(owner) and getattr(owner, method.__name__, None) == method
    return (Reference(getattr, owner, method.__name__), *rest) if is_found else value


def named_object(value: object, cls: type, dump: Dump) -> Any:
    """Give what the reader finds a sentinel by: itself, or where a module holds it that is imported for a class, a call.

    Args:
        value: the sentinel.
        cls: the class of the exception that holds it. A reader whose module has no such name gets another object.
        dump: the dump that it is part of.
    """
    own = type(value)
    home = holder_of(value, [base for base in (*mro_of(cls), own) if not _goes_by_value(base, dump)])
    if home is None:
        return value
    held = {**vars(value)} if own.__dictoffset__ else None
    other = Expression(object.__new__, own, state=held) if is_nameable(own) else Expression(object)
    if other.arguments and slots_of(own):
        other.state, other.whole, other.form = attributes_of(value), value, by_slots
    return Expression(getattr, Expression(importlib.import_module, home[0]), home[1], other)


def nearest_named(cls: type[BaseException], dump: Dump) -> type[BaseException]:
    """Give the first class of the MRO that the reader finds by a name and that can be made without arguments."""
    candidates = (base if _is_named(base, dump) else namesake_of(base, dump) for base in mro_of(cls) if issubclass(base, BaseException))
    return next(base for base in candidates if base is not None and has_layout_of(base, cls) and plan_for(base).makeable)


def _is_named(cls: type, dump: Dump) -> bool:
    """Tell whether a name leads to a class, and the host writes it; one of ``__main__``, by value, isn't tried a second time."""
    if is_importable(cls):
        return dump.host is None or (cls.__module__ != MAIN and carries_class(cls, dump))
    return _reference(cls, dump) is not None


def _reference(cls: type, dump: Dump) -> Any:
    """Give what names a class that its own name doesn't lead to, if anything does."""
    if is_importable(cls):
        return None
    key = id(cls)
    if key not in dump.references:
        found = named(cls)
        dump.references[key] = None if found is cls else found
    return dump.references[key]


def _writes(cls: type, dump: Dump) -> bool:
    """Try to write a class, if need be. No copy is made of it: cloudpickle would set the live class's attributes."""
    try:
        if _holds_credentials(cls, dump) or (dump.screening.secrets is not None and _goes_by_value(cls, dump) and holds_credential(cls)):
            return False
        if dump.trusts is not None and dump.trusts(cls):
            return True
        if dump.host.reducer_override(cls) is NotImplemented:
            return is_importable(cls)
        if any(_is_mistaken(base, dump) for base in mro_of(cls)[1:]):
            return False
        _work_out_annotations(cls)
        write_class(cls, dump.host, lambda cls: carries_class(cls, dump))
    except BaseException as problem:  # noqa: BLE001  # whatever the class holds, or its metaclass refuses
        pass_on(problem)
        return False
    return True


def _goes_by_value(cls: type, dump: Dump) -> bool:
    return not is_nameable(cls) or (not dump.by_name and dump.host.reducer_override(cls) is not NotImplemented)


def _holds_credentials(cls: type, dump: Dump) -> bool:
    """Tell whether a class, or a base that goes by value with it, would take a credential along: as an attribute, or for its functions."""
    for base in mro_of(cls):
        if not is_nameable(base):
            values = {name: value for name, value in values_of(base) if not _says_little(value)}
            if not values:  # as in most
                continue
            found = Screening(dump.rules.redact, dump.rules.strip_for)
            found.search(values)
            if found.secrets is not None and (found.secrets.found or found.secrets.is_cut):
                dump.screening.search(values)  # its text may repeat it
                dump.take_notice()
                return True
    return False


def _says_little(value: Any) -> bool:
    """Tell of what travels with a class that it is no credential, whatever it is called: code, and words, as ``token = "expired"``."""
    if type(value) in _CODE:
        return True
    texts = value.values() if type(value) is dict else (value,)
    return all(type(text) is str and is_plain_word(text) for text in texts)


def _work_out_annotations(cls: type) -> None:
    """Have Python make the annotations of a class: since 3.14 it does when they are first read, and cloudpickle drops what makes them."""
    with suppress(Exception):  # whatever they name
        getattr(cls, "__annotations__" if "__annotate_func__" in vars(cls) else "__name__")


def _is_mistaken(base: type, dump: Dump) -> bool:
    """Tell whether a host that knows nothing of picklereg would write a base class by value that a module holds."""
    if not issubclass(base, BaseException) or _reference(base, dump) is None:
        return False
    value = dump.host.reducer_override(base)
    return value is not NotImplemented and len(value) > 2
