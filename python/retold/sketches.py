# SPDX-License-Identifier: Apache-2.0
"""MinHash, MinHashLSH and SimHash, with the methods that datasketch's users know."""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Union

from . import _retold
from .documents import is_column

Element = Union[str, bytes]


def _many(elements: Any) -> Any:
    # One text is refused by what takes it, and not cut into letters.
    return elements if is_column(elements) or isinstance(elements, (str, bytes)) else list(elements)


class MinHash:
    """The signature of a set, from which the Jaccard similarity of two sets is estimated.

        a, b = MinHash(), MinHash()
        a.update_batch(["the", "quick", "fox"])
        b.update_batch(["the", "slow", "fox"])
        a.jaccard(b)

    Elements are str or bytes; order and repetition do not matter. `num_perm`: slots, 8 to 4096 (128, or as many as there are
    `hashvalues`). `scheme`: fss (half the variance on small sets) or kmins. The same values as the C++ library's, on every machine, of one
    `signature_version`; they are not datasketch's. What comes is gathered and signed together when a value is asked for, so one element
    at a time costs little more than many at once. Pickles and copies are some 8 bytes a slot.
    """

    __slots__ = ("_sketch", "num_perm", "scheme", "seed")

    def __init__(
        self, num_perm: int | None = None, seed: int = 0, scheme: str = "fss", hashvalues: Iterable[int] | None = None
    ) -> None:
        slots = None if hashvalues is None else [int(slot) for slot in hashvalues]
        self.num_perm: int = num_perm if num_perm is not None else 128 if slots is None else len(slots)
        self.seed, self.scheme = seed, scheme
        self._sketch = _retold.Sketch(self.num_perm, scheme, seed)
        if slots is not None:
            self._sketch.load(slots)

    @classmethod
    def of_text(cls, text: Element, num_perm: int = 128, *, preset: str | None = None, shingle: str | None = None) -> MinHash:
        """The signature of a text's shingles, as retold compares texts."""
        out = cls(num_perm)
        out._sketch.add(_retold.shingles(text, preset, shingle))
        return out

    @classmethod
    def generator(cls, sets: Iterable[Iterable[Element]], **kwargs: Any) -> Iterator[MinHash]:
        """A signature for each set; `kwargs` as for MinHash."""
        for each in sets:
            out = cls(**kwargs)
            out.update_batch(each)
            yield out

    @classmethod
    def bulk(cls, sets: Iterable[Iterable[Element]], **kwargs: Any) -> list[MinHash]:
        return list(cls.generator(sets, **kwargs))

    def update(self, element: Element) -> None:
        self._sketch.update(element)

    def update_batch(self, elements: Iterable[Element]) -> None:
        self._sketch.update_batch(_many(elements))

    def jaccard(self, other: MinHash) -> float:
        self._check(other)
        return self._sketch.jaccard(other._sketch)

    def merge(self, other: MinHash) -> None:
        """Becomes the signature of both sets together."""
        self._check(other)
        self._sketch.merge(other._sketch)

    @classmethod
    def union(cls, *several: MinHash) -> MinHash:
        if not several:
            raise ValueError("nothing to unite")
        out = several[0].copy()
        for each in several[1:]:
            out.merge(each)
        return out

    def is_empty(self) -> bool:
        return self._sketch.is_empty()

    def copy(self) -> MinHash:
        return _restored(*self._state())

    __copy__ = copy

    def clear(self) -> None:
        self._sketch.clear()

    def digest(self) -> list[int]:
        return self._sketch.digest()

    @property
    def hashvalues(self) -> Any:
        """A numpy array where numpy is there, else a list."""
        try:
            import numpy
        except ImportError:
            return self.digest()
        return numpy.array(self.digest(), dtype=numpy.uint64)

    def _check(self, other: MinHash) -> None:
        if (self.num_perm, self.seed, self.scheme) != (other.num_perm, other.seed, other.scheme):
            raise ValueError("signatures of different num_perm, seed or scheme cannot be compared")

    def _state(self) -> tuple[int, int, str, bytes]:
        return self.num_perm, self.seed, self.scheme, self._sketch.dump()

    def __len__(self) -> int:
        return self.num_perm

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MinHash) and self._state() == other._state()

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, self._state()


def _restored(num_perm: int, seed: int, scheme: str, slots: bytes) -> MinHash:
    out = MinHash(num_perm, seed, scheme)
    out._sketch.load_dump(slots)
    return out


class MinHashLSH:
    """Which keys are likely to be within the threshold of a signature: in memory. For what lasts, and verified answers: `Index`.

    Bands and rows are chosen so that a pair at the threshold is found with probability `recall`; `params` = (bands, rows) says them.
    """

    def __init__(
        self, threshold: float = 0.9, num_perm: int = 128, recall: float = 0.95, params: tuple[int, int] | None = None
    ) -> None:
        self.threshold, self.h = threshold, num_perm
        self.b, self.r = params or _retold.choose_banding(threshold, recall, num_perm)
        if min(self.b, self.r) < 1 or self.b * self.r > num_perm:
            raise ValueError(f"{self.b} bands of {self.r} rows do not fit {num_perm} slots")
        self._buckets: dict[int, dict[Hashable, None]] = {}  # a band is part of its key
        self.keys: dict[Hashable, list[int]] = {}
        self._places: dict[Hashable, int] = {}
        self._next = 0
        self._like: MinHash | None = None  # what its signatures are made with

    def _bands(self, minhash: MinHash) -> list[int]:
        self._like = self._like or MinHash(self.h, minhash.seed, minhash.scheme)
        self._like._check(minhash)
        return [] if minhash.is_empty() else minhash._sketch.keys(self.b, self.r)

    def insert(self, key: Hashable, minhash: MinHash, check_duplication: bool = True) -> None:
        """A key that is there already is a ValueError; or, if that is not to be checked, gets the new signature."""
        if key in self.keys:
            if check_duplication:
                raise ValueError(f"the key {key!r} is there already")
            self.remove(key)
        self.keys[key] = self._bands(minhash)
        self._places[key] = self._next
        self._next += 1
        for band in self.keys[key]:
            self._buckets.setdefault(band, {})[key] = None

    @contextlib.contextmanager
    def insertion_session(self, buffer_size: int = 50000) -> Iterator[MinHashLSH]:
        """For programs that insert through a session; here it is the same as inserting."""
        yield self

    def query(self, minhash: MinHash) -> list[Hashable]:
        """Candidates, in the order in which they came: look at their own similarity before you believe them."""
        found = {key: None for band in self._bands(minhash) for key in self._buckets.get(band, ())}
        return sorted(found, key=self._places.__getitem__)

    def remove(self, key: Hashable) -> None:
        if key not in self.keys:
            raise ValueError(f"no key {key!r}")
        del self._places[key]
        for band in self.keys.pop(key):
            bucket = self._buckets[band]
            del bucket[key]
            if not bucket:
                del self._buckets[band]

    def merge(self, other: MinHashLSH, check_overlap: bool = False) -> None:
        """Takes in the keys of one made alike; of those in both, the other's signatures, or a ValueError if that is checked."""
        if (self.h, self.b, self.r) != (other.h, other.b, other.r):
            raise ValueError("only those of one num_perm and the same bands and rows can be merged")
        self._like = self._like or other._like
        if self._like is not None and other._like is not None:
            self._like._check(other._like)
        twice = [key for key in other.keys if key in self.keys]
        if twice and check_overlap:
            raise ValueError(f"the key {twice[0]!r} is in both")
        for key in twice:
            self.remove(key)
        for key in sorted(other.keys, key=other._places.__getitem__):
            self.keys[key] = list(other.keys[key])
            self._places[key] = self._next
            self._next += 1
            for band in other.keys[key]:
                self._buckets.setdefault(band, {})[key] = None

    def get_counts(self) -> list[dict[int, int]]:
        """For each band, how many keys lie in each of its buckets."""
        out: list[dict[int, int]] = [{} for _ in range(self.b)]
        for bands in self.keys.values():
            for counts, band in zip(out, bands):
                counts[band] = counts.get(band, 0) + 1
        return out

    def is_empty(self) -> bool:
        return not self.keys

    def __contains__(self, key: Hashable) -> bool:
        return key in self.keys

    def __len__(self) -> int:
        return len(self.keys)


class SimHash:
    """128 bits whose Hamming distance tells the angle between two weighted sets.

    `features`: str or bytes, or pairs of such and a weight, or a mapping; or, by `of_text`, a text's shingles.
    """

    __slots__ = ("low", "high")

    def __init__(self, features: Iterable[Element | tuple[Element, float]] | Mapping[Any, float] = ()) -> None:
        pairs: Any = features.items() if isinstance(features, Mapping) else _many(features)
        if isinstance(pairs, (str, bytes)):
            raise TypeError("features are many: a list of them, or of_text")
        pairs = [(f, 1.0) if isinstance(f, (str, bytes)) else f for f in pairs]
        self.low, self.high = _retold.simhash(_retold.elements([f for f, _ in pairs]), [w for _, w in pairs])

    @classmethod
    def of_text(cls, text: Element, *, preset: str | None = None, shingle: str | None = None) -> SimHash:
        out = cls()
        out.low, out.high = _retold.simhash(_retold.shingles(text, preset, shingle), [])
        return out

    @property
    def value(self) -> int:
        return self.high << 64 | self.low

    def distance(self, other: SimHash) -> int:
        """Differing bits, of 128."""
        return (self.value ^ other.value).bit_count()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SimHash) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"SimHash({self.value:032x})"
