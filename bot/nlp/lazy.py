"""A value of an object that is worked out when it is first asked for, and kept.

As `functools.cached_property` without its lock, which costs more than most of these values: two threads that ask at
once both work out the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

V = TypeVar("V")


class lazy(Generic[V]):  # noqa: N801 - used as a decorator, as property is
    """`@lazy` in front of a method of no arguments makes it such a value."""

    def __init__(self, make: Callable[[Any], V]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> lazy[V]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> V: ...
    def __get__(self, instance: object | None, owner: type) -> lazy[V] | V:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._make(instance)
        return value
