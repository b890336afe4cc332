// SPDX-License-Identifier: Apache-2.0
#pragma once
// From tokens to places in the text. Not part of the public interface.

#include "spans_reading.hpp"

namespace retold::spanning {

// With the rest of the figures that it begins or ends in: of "30 000", two tokens, neither says anything alone.
stretch with_whole_figures(const reading& in, stretch tokens);

// From the first word to the last, with the punctuation that belongs to them.
slice place(const reading& in, stretch tokens);

}  // namespace retold::spanning
