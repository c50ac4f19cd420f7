"""What is remembered for the sake of speed is forgotten when it is no longer true: every dump is what a first dump would be."""

from __future__ import annotations

import copyreg
import gc
import pickle
import weakref
from typing import Any

import cloudpickle
import exact_samples as samples
from exact_samples import Parcel, ParcelError, Shop, ShopError, keep
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import picklereg
from picklereg.introspection import class_plan as plans

MARKS = st.none() | st.integers(1, 9)
ERRORS = st.sampled_from([ShopError, ParcelError])
CLASSES = st.sampled_from([Parcel, ShopError, ParcelError])


def parcels() -> list[Any]:
    """Give what holds no exception."""
    parcel = Parcel(3)
    return [parcel, [parcel, Parcel(4), parcel], {"parcel": parcel}, Parcel, (Parcel, samples.keep)]


def errors() -> list[BaseException]:
    """Give errors alone, in a chain and in a group."""
    chained = ParcelError("late", parcel=Parcel(2))
    chained.__cause__ = ShopError("lost", parcel=Parcel(1))
    return [ShopError("lost", parcel=Parcel(1)), chained, ExceptionGroup("both", [chained, ShopError("x", parcel=Parcel(5))])]


class Changes(RuleBasedStateMachine):
    """Changes whatever a dump depends on, and compares after each change a registry that has dumped before with a new one."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop()
        self.table = dict(copyreg.dispatch_table)
        self.registered: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.registry = picklereg.Registry(entry_points=False)
        self.by_value = False

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.registry.uninstall()
        if self.by_value:
            cloudpickle.unregister_pickle_by_value(samples)  # type: ignore[no-untyped-call]
        self.shop.put_back()
        copyreg.dispatch_table.clear()
        copyreg.dispatch_table.update(self.table)

    def do(self, method: str, *args: Any, **options: Any) -> None:
        """Register something, and remember it."""
        self.registered.append((method, args, options))
        getattr(self.registry, method)(*args, **options)

    @rule(cls=ERRORS, mark=MARKS)
    def register_reducer(self, cls: type[BaseException], mark: int | None) -> None:
        """Somebody registers a reducer, perhaps in the place of another."""
        self.do("register", cls, reducer=keep(mark))

    @rule(cls=ERRORS)
    def register_class(self, cls: type[BaseException]) -> None:
        """Somebody registers a class."""
        self.do("register", cls)

    @rule(mark=MARKS)
    def register_attachment(self, mark: int | None) -> None:
        """Somebody says what becomes of a parcel inside an error."""

        def strip(_: Parcel) -> int | None:
            return mark

        self.do("register_attachment", Parcel, strip)

    @rule(cls=CLASSES, mark=MARKS)
    def add_to_copyreg(self, cls: type, mark: int | None) -> None:
        """Another party adds or replaces an entry of ``copyreg``."""
        copyreg.pickle(cls, keep(("copyreg", mark)))

    @rule(cls=CLASSES)
    def remove_from_copyreg(self, cls: type) -> None:
        """Whoever's entry it is, it goes."""
        copyreg.dispatch_table.pop(cls, None)

    @rule(cls=CLASSES, name=st.sampled_from(["__reduce__", "__reduce_ex__"]), mark=MARKS)
    def patch(self, cls: Any, name: str, mark: int | None) -> None:
        """Somebody patches a class."""
        reduce = keep(mark)
        setattr(cls, name, reduce if name == "__reduce__" else lambda obj, _protocol: reduce(obj))

    @rule(mark=MARKS)
    def patch_state(self, mark: int | None) -> None:
        """The same, with what only ordinary instances are asked for."""
        Parcel.__getstate__ = lambda obj: {**vars(obj), "mark": ("state", mark)}  # type: ignore[assignment]

    @rule()
    def put_back(self) -> None:
        """Patches are undone."""
        self.shop.put_back()

    @rule()
    def turn_by_value(self) -> None:
        """A module is to go by value, or no longer."""
        if self.by_value:
            cloudpickle.unregister_pickle_by_value(samples)  # type: ignore[no-untyped-call]
        else:
            cloudpickle.register_pickle_by_value(samples)  # type: ignore[no-untyped-call]
        self.by_value = not self.by_value

    @rule()
    def install(self) -> None:
        """Global mode begins, or takes in what is new."""
        self.registry.install()

    @rule()
    def uninstall(self) -> None:
        """Global mode ends."""
        self.registry.uninstall()

    @invariant()
    def ordinary_objects_are_written_as_by_cloudpickle(self) -> None:
        """Byte by byte."""
        for obj in parcels():
            expected = cloudpickle.dumps(obj)  # type: ignore[no-untyped-call]
            assert picklereg.dumps(obj, registry=self.registry, fix_imports=True) == expected

    @invariant()
    def errors_are_written_as_by_a_new_registry(self) -> None:
        """Byte by byte, whatever was dumped before."""
        new = picklereg.Registry(entry_points=False)
        for method, args, options in self.registered:
            getattr(new, method)(*args, **options)
        for error in errors():
            assert picklereg.dumps(error, registry=self.registry) == picklereg.dumps(error, registry=new)

    @precondition(lambda self: not self.by_value)
    @invariant()
    def errors_arrive(self) -> None:
        """Whoever reduces them."""
        for error in errors():
            arrived = pickle.loads(picklereg.dumps(error, registry=self.registry))
            assert (type(arrived), str(arrived), type(arrived.__cause__)) == (type(error), str(error), type(error.__cause__))


Changes.TestCase.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
TestChanges = Changes.TestCase


def test_a_change_is_seen_at_once() -> None:
    """The machine above would be of no use if both registries overlooked a change."""
    registry = picklereg.Registry(entry_points=False)
    error = ShopError("lost", parcel=Parcel(1))

    def mark() -> object:
        return getattr(pickle.loads(picklereg.dumps(error, registry=registry)), "mark", None)

    assert mark() is None
    registry.register(ShopError, reducer=keep(1))
    assert mark() == 1
    registry.register(ShopError, reducer=keep(2))
    assert mark() == 2
    shop = Shop()
    try:
        registry = picklereg.Registry(entry_points=False)
        assert mark() is None
        assert b"remake" not in picklereg.dumps(error, registry=registry)
        ShopError.__reduce__ = keep(None)  # type: ignore[assignment]
        assert b"remake" in picklereg.dumps(error, registry=registry)
    finally:
        shop.put_back()
    assert b"remake" not in picklereg.dumps(error, registry=registry)


def made(number: int) -> type[Exception]:
    """Give a class that nobody else has."""
    return type(f"Made{number}Error", (Exception,), {"number": number})


def test_classes_are_forgotten() -> None:
    """Neither a plan nor anything else keeps a class that its program has forgotten."""
    gc.collect()
    before = len(plans._plans)
    registry = picklereg.Registry(entry_points=False)
    registry.register(ShopError, reducer=keep(1))  # so that its table is asked
    classes: list[weakref.ref[type]] = []
    for number in range(200):
        cls = made(number)
        classes.append(weakref.ref(cls))
        picklereg.dumps([cls("x"), cls], registry=registry)
        del cls
    gc.collect()
    assert [cls() for cls in classes if cls() is not None] == []
    assert len(plans._plans) <= before
    assert len(registry._reducers._found) <= len(plans._plans) + 2


def test_in_global_mode_the_newest_thousand_stay() -> None:
    """``copyreg`` keeps what is in it for ever: of the classes that no name leads to, the newest are covered."""
    registry = picklereg.Registry(entry_points=False)
    before = dict(copyreg.dispatch_table)
    classes: list[weakref.ref[type]] = []
    for number in range(3_000):
        cls = made(number)
        classes.append(weakref.ref(cls))
        registry.ensure(cls("x"))
        assert cls in copyreg.dispatch_table
        del cls
    registry.ensure(ShopError("lost", parcel=Parcel(1)))
    gc.collect()
    alive = [cls() for cls in classes]
    assert alive[:2_000] == [None] * 2_000
    assert None not in alive[2_000:]
    assert ShopError in copyreg.dispatch_table
    registry.uninstall()
    assert copyreg.dispatch_table == before
