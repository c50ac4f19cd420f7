"""Hypothesis strategies for modules that define exception classes and a function ``make`` that gives an exception.

They give source text, so that the interpreter that reads can import the same module. What they write imports no picklereg.
"""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["modules"]

_HEAD = """\
import copyreg
import dataclasses
import threading

import attrs

put = object.__setattr__


def link(exc, name, value):
    vars(BaseException)[name].__set__(exc, value)
"""

#: Bases, and arguments for the ``__init__`` that they inherit.
_BASES = {
    "Exception": "'text', 1",
    "ValueError": "",
    "OSError": "2, 'no', 'file', None, 'file2'",
    "FileNotFoundError": "2, 'no'",
    "BlockingIOError": "11, 'busy', 7",
    "UnicodeDecodeError": r"'utf-8', b'\xff', 0, 1, 'bad'",
    "UnicodeEncodeError": r"'ascii', '\xe4', 0, 1, 'bad'",
    "UnicodeTranslateError": r"'\xe4', 0, 1, 'bad'",
    "ImportError": "'text'",
    "SyntaxError": "'bad', ('file', 3, 4, 'x = ', 3, 9)",
    "StopIteration": "[1]",
    "StopAsyncIteration": "'end'",
    "SystemExit": "3",
    "KeyboardInterrupt": "",
    "KeyError": "'colour'",
    "AttributeError": "'text'",
    "NameError": "'text'",
    "RuntimeError, TimeoutError": "2, 'no'",
    "KeyError, AttributeError": "'colour'",
    "ValueError, ImportError": "'text'",
}
#: An ``__init__`` (``%s``: the arguments of the base's), and a call of the class.
_SIGNATURES = {
    "required": ("self, a, b", "super().__init__(%s); put(self, 'a', a)", "1, 'b'"),
    "keyword-only": ("self, *, code, what=None", "super().__init__(%s); put(self, 'code', code)", "code=7"),
    "reordered": ("self, a, b, c=3", "super().__init__(%s); put(self, 'c', c); put(self, 'a', b)", "'a', ['b']"),
    "anything": ("self, *args, **kwargs", "super().__init__(%s); put(self, 'rest', kwargs)", "1, (2, 3), key='value'"),
    "transforming": ("self, text", "super().__init__(%s); self.__dict__['text'] = f'<{text}>'", "'text'"),
    "sets args": ("self, text", "super().__init__(%s); put(self, 'args', (f'<{text}>', len(text)))", "'text'"),
    "without super": ("self, a", "put(self, 'twice', (a, a))", "'a'"),
}
_EXTRAS = {
    "new": "def __new__(cls, *args, **kwargs):\n    return super().__new__(cls, *args)",
    "str": "def __str__(self):\n    return f'text of {sorted(map(str, vars(self)))}'",
    "str of args": "def __str__(self):\n    return ' & '.join(map(str, self.args))",
    "no setattr": "def __setattr__(self, name, value):\n    raise TypeError(name)",
    "property": "@property\ndef extra(self):\n    return ('shadow', self.__dict__.get('extra'))",
    "setstate": "def __setstate__(self, state):\n    raise RuntimeError('not mine')",
    "setstate that drops": "def __setstate__(self, state):\n    pass",
    "getstate": "def __getstate__(self):\n    return {'lost': 'everything'}",
    "getstate that raises": "def __getstate__(self):\n    raise RuntimeError('no state')",
    "reduce by args": "def __reduce__(self):\n    return type(self), self.args",
    "reduce to nothing": "def __reduce__(self):\n    return type(self), ()",
    "reduce with state": "def __reduce__(self):\n    return type(self), self.args, vars(self)",
    "reduce that raises": "def __reduce__(self):\n    raise TypeError('not today')",
    "reduce to another": "def __reduce__(self):\n    return Exception, (str(self),)",
    "reduce to a name": "def __reduce__(self):\n    return 'missing'",
    "reduce by newobj": "def __reduce_ex__(self, protocol):\n    return copyreg.__newobj__, (type(self),), dict(vars(self))",
    "reduce by oneself": "def __reduce_ex__(self, protocol):\n    return super().__reduce_ex__(protocol)",
}
_DECORATORS = ["@dataclasses.dataclass", "@dataclasses.dataclass(frozen=True)", "@dataclasses.dataclass(eq=False)"]
_ATTRS = ["@attrs.define", "@attrs.frozen", "@attrs.define(slots=False)", "@attrs.frozen(slots=False)"]
_VALUES = [
    "1",
    "None",
    "'text'",
    "[1, {'a': (2, {3})}]",
    "frozenset({4})",
    "{7: b'seven'}",
    "threading.Lock()",
    "(lambda: 1)",
    "(i for i in ())",
    "[1, (threading.Lock(), 'stays')]",
    "{'lock': threading.Lock(), 'stays': 2}",
    "[ValueError(1), {'inner': KeyError('k')}]",
    "[LookupError(threading.Lock())]",
]


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


@st.composite
def _plain(draw: st.DrawFn, name: str) -> tuple[str, str]:
    """Give a class written by hand, and an expression for an instance."""
    base = draw(st.sampled_from(sorted(_BASES)))
    call = _BASES[base]
    body = []
    slots = draw(st.booleans())
    if slots:
        body.append("__slots__ = ('slot', '__private', 'never')")
    if draw(st.booleans()):
        parameters, init, call = _SIGNATURES[draw(st.sampled_from(sorted(_SIGNATURES)))]
        body.append(f"def __init__({parameters}):\n    {init.replace('%s', _BASES[base])}")
    extras = draw(st.lists(st.sampled_from(sorted(_EXTRAS)), max_size=3, unique=True))
    body += [_EXTRAS[extra] for extra in extras if extra != "new" or base in {"Exception", "ValueError", "KeyError"}]
    text = f"class {name}({base}):\n" + _indented("\n".join(body) or "pass")
    return text, f"{name}({call})"


@st.composite
def _generated(draw: st.DrawFn, name: str) -> tuple[str, str]:
    """Give a dataclass or attrs class, and an expression for an instance."""
    decorator = draw(st.sampled_from(_DECORATORS + _ATTRS))
    base = draw(st.sampled_from(["Exception", "ValueError", "KeyError", "OSError"]))
    value = draw(st.sampled_from(_VALUES))
    return f"{decorator}\nclass {name}({base}):\n    code: int\n    what: object = None", f"{name}(3, {value})"


@st.composite
def _group(draw: st.DrawFn, name: str) -> tuple[str, str]:
    """Give a group class, with a ``__new__`` and ``derive`` of its own or without, and an expression for an instance."""
    base = draw(st.sampled_from(["ExceptionGroup", "BaseExceptionGroup"]))
    body, call = "pass", "'group', {subs}"
    if draw(st.booleans()):
        body = (
            "def __new__(cls, number, errors):\n"
            "    self = super().__new__(cls, f'group {number}', errors)\n"
            "    self.number = number\n"
            "    return self\n"
            "def __init__(self, *args):\n    pass\n"
            "def derive(self, errors):\n    return type(self)(self.number, errors)"
        )
        call = "5, {subs}"
    subs = draw(st.sampled_from(["[ValueError(1), {base}('in', [KeyError('k')])]", "(TypeError('t'),)"])).format(base=base)
    return f"class {name}({base}):\n{_indented(body)}", f"{name}({call.format(subs=subs)})"


@st.composite
def modules(draw: st.DrawFn) -> str:
    """Give a module's text: up to three classes, an instance of each, values in them, and links among them in any direction."""
    count = draw(st.integers(1, 3))
    classes = [draw(st.one_of(_plain(f"E{i}"), _generated(f"E{i}"), _group(f"E{i}"))) for i in range(count)]
    lines = [f"errors = [{', '.join(call for _, call in classes)}]"]
    index = st.integers(0, count - 1)
    for i, (text, _) in enumerate(classes):
        if "__slots__" in text and draw(st.booleans()):
            lines += [f"put(errors[{i}], '{slot}', {draw(st.sampled_from(_VALUES))})" for slot in ("slot", f"_E{i}__private")]
        if draw(st.booleans()):
            lines.append(f"vars(errors[{i}])['extra'] = {draw(st.sampled_from(_VALUES))}")
        if draw(st.integers(0, 3)) == 0:
            lines.append(f"link(errors[{i}], 'args', ({draw(st.sampled_from(_VALUES))}, 'second'))")
        if draw(st.integers(0, 3)) == 0:
            lines.append(f"vars(errors[{i}])['other'] = (errors[{draw(index)}], 'beside')")
        lines += [f"link(errors[{i}], '{name}', errors[{draw(index)}])" for name in ("__cause__", "__context__") if draw(st.booleans())]
        if draw(st.booleans()):
            lines.append(f"link(errors[{i}], '__suppress_context__', {draw(st.booleans())})")
        if draw(st.booleans()):
            lines.append(f"vars(errors[{i}])['__notes__'] = ['a note', 'picklereg: another']")
    texts = [_HEAD, *(text for text, _ in classes), f"def make():\n{_indented(chr(10).join([*lines, 'return errors[0]']))}"]
    return "\n\n\n".join(texts) + "\n"
