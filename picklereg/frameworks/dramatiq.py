"""Dramatiq: whoever asks for a result gets the error that the actor raised.

Dramatiq's result backends keep of an error its class's name and its text. :class:`WholeErrors` is a mix-in for them that keeps the
error too, and :class:`Encoder` carries whatever else actors return:

    class Backend(WholeErrors, RedisBackend): ...

    broker.add_middleware(Results(backend=Backend(url=url, encoder=Encoder())))

Messages stay JSON. Backends without the mix-in read the same results, and raise ``ResultFailure`` as ever.
"""

from __future__ import annotations

from typing import Any, Final

from picklereg import dumps, loads
from picklereg.frameworks.keeping import from_text, in_their_form, needed, to_text

with needed("dramatiq", "Dramatiq", by=__name__):
    from dramatiq.encoder import Encoder as _Encoder
    from dramatiq.results import ResultBackend
    from dramatiq.results.result import wrap_exception

__all__ = ["Encoder", "WholeErrors"]

#: The entry that holds the error: text, so that every encoder takes it.
_ERROR: Final = "picklereg"


class Encoder(_Encoder):
    """An encoder for results, with picklereg's pickler: also errors that actors return."""

    def encode(self, data: Any) -> bytes:
        """Pickle a result.

        Args:
            data: the result.

        Returns:
            The pickle.
        """
        return dumps(data)

    def decode(self, data: bytes) -> Any:
        """Load a result.

        Args:
            data: the pickle.

        Returns:
            The result.
        """
        return loads(data)


class WholeErrors(ResultBackend):
    """A mix-in for result backends, as the first base: ``get_result`` raises what the actor raised. It goes with any encoder."""

    def store_exception(self, message: Any, exception: Exception, ttl: int) -> None:
        """Store an error.

        Args:
            message: the message whose actor raised it.
            exception: the error.
            ttl: for how long to keep it, in milliseconds.
        """
        self.store_result(message, {**in_their_form(wrap_exception, exception), _ERROR: to_text(exception)}, ttl)

    def unwrap_result(self, res: Any) -> Any:
        """Give a result, or raise the error that is stored in its place.

        Args:
            res: what was stored.

        Returns:
            The result.
        """
        if isinstance(res, dict) and res.keys() == {*wrap_exception(Exception()), _ERROR}:
            raise from_text(res[_ERROR])
        backend: Any = super()  # untyped
        return backend.unwrap_result(res)
