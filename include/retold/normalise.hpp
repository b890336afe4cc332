// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 2. Folds text so that case, width, ligatures and accents no longer matter, and remembers where each byte came from.
//
//   auto n = retold::normalise("L’Été à ﬁn");   // n.bytes == "l’ete a fin"
//   n.origin.to_source({8, 11});                // the bytes of "ﬁn" in the input
//
// Folding version 1 (docs/format.md): Unicode NFKC_Casefold, then NFD with the combining block U+0300–036F dropped, then NFC,
// on the repertoire of Unicode 15.0 (later code points pass through unchanged, so that the answer does not depend on the
// installed ICU). Ill-formed bytes become U+FFFD, one for each maximal subpart (Unicode 15.0 §3.9).
//
// A folding that would pass 4 GiB (some letters grow elevenfold) ends there. Cost: O(bytes); ASCII in place, single code points
// by a table, combining sequences by ICU. Thread-safe. Throws only std::bad_alloc, and std::runtime_error on a machine whose
// ICU has lost its data.

#include <string>
#include <string_view>

#include "retold/offsets.hpp"

namespace [[gnu::visibility("default")]] retold {

struct normal_text {
  std::string bytes;  // folded UTF-8
  offset_map origin;  // folded → input
};

normal_text normalise(std::string_view text);

}  // namespace retold
