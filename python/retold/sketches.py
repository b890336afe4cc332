# SPDX-License-Identifier: Apache-2.0
"""MinHash, MinHashLSH and SimHash, with the methods that datasketch's users know."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from . import _retold


def _many(elements: Iterable) -> Any:
    arrow = hasattr(elements, "__arrow_c_stream__") or hasattr(elements, "__arrow_c_array__")
    return elements if arrow or isinstance(elements, (str, bytes)) else list(elements)  # one text is refused, not cut into letters


class MinHash:
    """The signature of a set, from which the Jaccard similarity of two sets is estimated.

        a, b = MinHash(), MinHash()
        a.update_batch(["the", "quick", "fox"])
        b.update_batch(["the", "slow", "fox"])
        a.jaccard(b)

    Elements are str or bytes; order and repetition do not matter. `num_perm`: slots, 8 to 4096. `scheme`: fss (half the variance on small
    sets) or kmins. The same values as the C++ library's, on every machine, of one `signature_version`.
    """

    __slots__ = ("_sign", "_slots", "num_perm", "scheme", "seed")

    def __init__(self, num_perm: int = 128, seed: int = 0, scheme: str = "fss", hashvalues: Iterable[int] | None = None):
        self.num_perm, self.seed, self.scheme = num_perm, seed, scheme
        self._sign = _retold.Minhasher(num_perm, scheme, seed)
        self._slots = self._sign.sign([]) if hashvalues is None else list(hashvalues)
        if len(self._slots) != num_perm:
            raise ValueError(f"{len(self._slots)} hash values, not {num_perm}")

    @classmethod
    def of_text(cls, text: str | bytes, num_perm: int = 128, *, preset: str | None = None, shingle: str | None = None) -> MinHash:
        """The signature of a text's shingles, as retold compares texts."""
        out = cls(num_perm)
        out._slots = out._sign.sign(_retold.shingles(text, preset, shingle))
        return out

    def update(self, element: str | bytes) -> None:
        self.update_batch([element])

    def update_batch(self, elements: Iterable[str | bytes]) -> None:
        """Many at once cost little more than one."""
        new = self._sign.sign(_retold.elements(_many(elements)))
        self._slots = _retold.merge(self._slots, new) if not self.is_empty() else new

    def jaccard(self, other: MinHash) -> float:
        self._check(other)
        return _retold.estimate(self._slots, other._slots)

    def merge(self, other: MinHash) -> None:
        """Becomes the signature of both sets together."""
        self._check(other)
        if not other.is_empty():
            self._slots = list(other._slots) if self.is_empty() else _retold.merge(self._slots, other._slots)

    @classmethod
    def union(cls, *several: MinHash) -> MinHash:
        if not several:
            raise ValueError("nothing to unite")
        out = several[0].copy()
        for each in several[1:]:
            out.merge(each)
        return out

    def is_empty(self) -> bool:
        return self._slots[0] == 2**64 - 1 and all(slot == 2**64 - 1 for slot in self._slots)

    def copy(self) -> MinHash:
        return MinHash(self.num_perm, self.seed, self.scheme, self._slots)

    __copy__ = copy

    def clear(self) -> None:
        self._slots = self._sign.sign([])

    def digest(self) -> list[int]:
        return list(self._slots)

    @property
    def hashvalues(self):
        """A numpy array where numpy is there, else a list."""
        try:
            import numpy
        except ImportError:
            return self.digest()
        return numpy.array(self._slots, dtype=numpy.uint64)

    def _check(self, other: MinHash) -> None:
        if (self.num_perm, self.seed, self.scheme) != (other.num_perm, other.seed, other.scheme):
            raise ValueError("signatures of different num_perm, seed or scheme cannot be compared")

    def __len__(self) -> int:
        return self.num_perm

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MinHash) and self.__getstate__() == other.__getstate__()

    __hash__ = None

    def __getstate__(self):
        return self.num_perm, self.seed, self.scheme, self._slots

    def __setstate__(self, state) -> None:
        self.__init__(*state)

    def __reduce__(self):
        return MinHash, self.__getstate__()


class MinHashLSH:
    """Which keys are likely to be within the threshold of a signature: in memory. For what lasts, and verified answers: `Index`.

    Bands and rows are chosen so that a pair at the threshold is found with probability `recall`; `params` = (bands, rows) says them.
    """

    def __init__(self, threshold: float = 0.9, num_perm: int = 128, recall: float = 0.95, params: tuple[int, int] | None = None):
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
        return [] if minhash.is_empty() else _retold.band_keys(minhash.digest(), self.b, self.r)

    def insert(self, key: Hashable, minhash: MinHash) -> None:
        if key in self.keys:
            raise ValueError(f"the key {key!r} is there already")
        self.keys[key] = self._bands(minhash)
        self._places[key] = self._next
        self._next += 1
        for band in self.keys[key]:
            self._buckets.setdefault(band, {})[key] = None

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

    def __init__(self, features: Iterable = ()):
        pairs = features.items() if hasattr(features, "items") else _many(features)
        if isinstance(pairs, (str, bytes)):
            raise TypeError("features are many: a list of them, or of_text")
        pairs = [(f, 1.0) if isinstance(f, (str, bytes)) else f for f in pairs]
        self.low, self.high = _retold.simhash(_retold.elements([f for f, _ in pairs]), [w for _, w in pairs])

    @classmethod
    def of_text(cls, text: str | bytes, *, preset: str | None = None, shingle: str | None = None) -> SimHash:
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
