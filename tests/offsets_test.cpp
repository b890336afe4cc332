// SPDX-License-Identifier: Apache-2.0
#include "retold/offsets.hpp"

#include <doctest/doctest.h>

using retold::offset_map;
using retold::slice;

TEST_CASE("a map without pieces is the identity") {
  const offset_map m;
  CHECK(m.identity());
  CHECK(m.to_source({3, 9}) == slice{3, 9});
}

TEST_CASE("the example of the header") {
  offset_map m;
  m.append(3, 3, 6);
  m.append(2, 6, 14);
  CHECK(m.length() == 5);
  CHECK(m.to_source({0, 5}) == slice{3, 14});
  CHECK(m.to_source({1, 3}) == slice{4, 6});
  CHECK(m.to_source({3, 5}) == slice{6, 14});
  CHECK(m.to_source({4, 5}) == slice{6, 14});  // a part of the indivisible whole is the whole
}

TEST_CASE("stretches that go on share a piece, gaps do not") {
  offset_map m;
  m.append(4, 0, 4);
  m.append(4, 4, 8);
  CHECK(m.pieces() == 1);
  m.append(2, 10, 12);
  CHECK(m.pieces() == 2);
  CHECK(m.to_source({7, 9}) == slice{7, 11});
  CHECK(m.to_source({0, 8}) == slice{0, 8});  // ends before the gap, not after it
  CHECK(m.to_source({8, 10}) == slice{10, 12});
}

TEST_CASE("inserted text stands for an empty source range") {
  offset_map m;
  m.append(2, 0, 2);
  m.append(1, 2, 2);
  m.append(2, 5, 7);
  CHECK(m.to_source({2, 3}) == slice{2, 2});
  CHECK(m.to_source({0, 3}) == slice{0, 2});
  CHECK(m.to_source({2, 5}) == slice{2, 7});
  CHECK(m.to_source({2, 2}) == slice{2, 2});
}
