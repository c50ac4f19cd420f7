r"""Signed pickles: bytes are read only if somebody who has the key wrote them.

A signature is the answer where others can write to the store, the queue or the network, and everything that pickle carries has to
arrive. It is HMAC-SHA256 of the standard library. itsdangerous would cost a dependency and, since its signatures are made for URLs,
text encodings and separators; what is needed of it is the dozen lines below.

The form: ``b"picklereg-sig\x01"``, 32 bytes of signature, the pickle. The key that signs is derived from yours and from that header, so
what another program signed with the same key is refused. So does a purpose, if you give one: what was signed for one store is refused in
another. The signature doesn't say when the bytes were written: it doesn't keep anybody from sending them a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from picklereg.errors import SignatureError, SigningKeyError
from picklereg.introspection.arguments import check_callable, wrong_type
from picklereg.introspection.public import public
from picklereg.pickling import pickler
from picklereg.unpickling import unpickler
from picklereg.unpickling.diagnosis import SIGNED

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["MAGIC", "START", "Signer"]

Key = bytes | bytearray | memoryview | str

#: What signed bytes begin with.
MAGIC: Final = SIGNED
_VERSION: Final = b"\x01"
_HEADER: Final = MAGIC + _VERSION
_SIGNATURE_SIZE: Final = 32
#: Where the pickle begins.
START: Final = len(_HEADER) + _SIGNATURE_SIZE
#: HMAC doesn't mind short keys, but what can be guessed is no secret: 16 random bytes can't, and fewer look like a password.
_KEY_SIZE: Final = 16


@public
class Signer:
    """A ``dumps``/``loads`` pair that signs, and verifies before it reads, for frameworks that take such a pair.

    It can't be pickled, since the key would go with it: make one in each process.

    Args:
        key: the secret, at least 16 bytes; best 32 of :func:`secrets.token_bytes`. A string is encoded as UTF-8.
        purpose: what the bytes are for, say a queue's or a store's name: they are read by a signer of the same purpose alone.
        old_keys: keys that signed bytes which may still be read. To change keys, pass the old one here until its bytes are gone.
        dumps: what pickles; :func:`picklereg.dumps`, if nothing is said.
        loads: what reads verified bytes; :func:`picklereg.loads`, if nothing is said.

    Raises:
        SigningKeyError: if a key is empty, short or no key.
        ArgumentTypeError: if ``old_keys`` is no list of keys, or ``dumps`` or ``loads`` is no function.

    Example:
        >>> signer = Signer("kept in the environment, not in the code")
        >>> signer.loads(signer.dumps(KeyError("colour")))
        KeyError('colour')
    """

    __slots__ = ("_dumps", "_keys", "_loads")

    def __init__(
        self,
        key: Key,
        *,
        purpose: str = "",
        old_keys: Iterable[Key] = (),
        dumps: Callable[..., bytes] | None = None,
        loads: Callable[..., Any] | None = None,
    ) -> None:
        if isinstance(old_keys, Key):
            raise SigningKeyError(f"old_keys is a single {type(old_keys).__name__}", "pass a list of keys")
        if not isinstance(old_keys, Iterable):
            raise wrong_type("old_keys", old_keys, "pass a list of keys, or leave it out")
        if not isinstance(purpose, str):
            raise SigningKeyError(f"a purpose is {type(purpose).__name__}", "pass a text")
        self._keys = tuple(_derived(secret, purpose) for secret in (key, *old_keys))
        for name, function in (("dumps", dumps), ("loads", loads)):
            if function is not None:
                check_callable(name, function, f"pass a function as pickle.{name}, or leave it out")
        self._dumps: Callable[..., bytes] = pickler.dumps if dumps is None else dumps
        self._loads: Callable[..., Any] = unpickler.loads if loads is None else loads

    def dumps(self, obj: Any, *args: Any, **kwargs: Any) -> bytes:
        """Pickle an object and sign the pickle.

        Args:
            obj: the object.
            args: handed on to the ``dumps`` that pickles.
            kwargs: handed on, too.

        Returns:
            The signed pickle.

        Raises:
            Exception: what pickling raises.
        """
        return self.sign(self._dumps(obj, *args, **kwargs))

    def loads(self, data: Any, **kwargs: Any) -> Any:
        """Verify a signed pickle, and only then read it.

        Args:
            data: the signed pickle, or whatever somebody put in its place.
            kwargs: handed on to the ``loads`` that reads.

        Returns:
            The object.

        Raises:
            SignatureError: if it wasn't signed with one of the keys, or was changed since.
            Exception: what reading raises.
        """
        return self._loads(self.verify(data), **kwargs)

    def sign(self, data: bytes | bytearray | memoryview) -> bytes:
        """Sign bytes.

        Args:
            data: the bytes.

        Returns:
            Them, with header and signature.

        Raises:
            ArgumentTypeError: for anything else.
        """
        if not isinstance(data, bytes | bytearray | memoryview):
            raise wrong_type("data", data, "pass bytes, or call dumps, which pickles and signs")
        return b"".join((_HEADER, _signature(self._keys[0], data), data))

    def verify(self, data: Any) -> memoryview:
        """Verify signed bytes, without looking at what they mean.

        Args:
            data: header, signature and bytes.

        Returns:
            The bytes.

        Raises:
            SignatureError: if they weren't signed with one of the keys, or were changed since.
        """
        view = _copied(data)
        if not view:
            raise SignatureError("there are no bytes", "look whether anything was stored or sent under that name")
        header = bytes(view[: len(_HEADER)])
        if not header.startswith(MAGIC):
            raise SignatureError("the bytes aren't signed", "write them with Signer.dumps, or read them with picklereg.safe_loads")
        if header[len(MAGIC) :] not in (_VERSION, b""):
            raise SignatureError("the bytes are signed in another version of the form", "use the version of picklereg that wrote them")
        if len(view) < START:
            raise SignatureError("the bytes are cut off within the signature", "have them sent again")
        self._compare(view[len(_HEADER) : START], view[START:])
        return view[START:]

    def _compare(self, signature: memoryview, data: memoryview) -> None:
        """Try every key, whichever fits, so that the time tells nothing."""
        from hmac import compare_digest

        matches = [compare_digest(signature, _signature(key, data)) for key in self._keys]
        if not any(matches):
            raise SignatureError(
                "the signature doesn't fit: the bytes were changed, cut off, or signed with another key",
                "if the key was changed, pass the one before in old_keys; else don't read them",
            )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Signer isn't pickled, because its key would go with it: make one in each process")

    def __repr__(self) -> str:
        return f"<Signer, {len(self._keys)} keys>"


def _copied(data: Any) -> memoryview:
    """Give the bytes as they are now: shared memory may be others' in a moment, between verifying and reading."""
    try:
        return memoryview(bytes(memoryview(data).cast("B")))
    except TypeError:
        problem = f"{type(data).__name__} is no contiguous bytes-like object"
    raise SignatureError(problem, "pass the bytes that Signer.dumps gave")


def _derived(key: Any, purpose: str) -> bytes:
    """Give the key that signs: nothing else that is signed with the given one is taken for a signature of ours, or for this purpose."""
    from hmac import digest

    secret = key.encode() if isinstance(key, str) else key
    if not isinstance(secret, bytes | bytearray | memoryview):
        raise SigningKeyError(f"a key is {type(key).__name__}", "pass bytes or a string")
    secret = bytes(secret)
    if len(secret) < _KEY_SIZE:
        raise SigningKeyError(f"a key has {len(secret)} bytes", f"pass at least {_KEY_SIZE}, say secrets.token_bytes(32)")
    return digest(secret, _HEADER + purpose.encode("utf-8", "surrogatepass"), "sha256")


def _signature(key: bytes, data: Any) -> bytes:
    from hmac import digest

    return digest(key, data, "sha256")
