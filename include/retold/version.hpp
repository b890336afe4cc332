// SPDX-License-Identifier: Apache-2.0
#pragma once
// Three numbers that change for three different reasons.

namespace [[gnu::visibility("default")]] retold {

// The library's own version (semantic versioning); CMake reads it from this line.
inline constexpr const char* version = "0.1.0";

// What a signature means: folding, tokens, shingles and sketches together (docs/format.md). Signatures of different
// versions must never be compared; any change to a byte of any signature raises this number.
inline constexpr int signature_version = 1;

}  // namespace retold
