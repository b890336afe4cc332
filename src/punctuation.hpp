// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a mark does to the words beside it.

#include <unicode/uchar.h>

namespace retold {

// A bracket or quote that belongs to the word after it. (German “ is one too, and closes: who asks must look at its
// neighbours.)
inline bool opens(char32_t c) noexcept { return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_PS_MASK | U_GC_PI_MASK)) != 0; }

}  // namespace retold
