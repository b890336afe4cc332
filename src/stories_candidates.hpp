// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which pairs of articles are worth scoring as one story (part of the stories stage).

#include <cstdint>
#include <span>
#include <vector>

#include "retold/lsh.hpp"
#include "stories_space.hpp"

namespace retold {

// Articles that share so many terms which are among the heaviest of both (all of them, where one has fewer). `hot` counts the
// terms too common to propose pairs.
std::vector<document_pair> sharing_terms(const term_space& space, std::size_t articles, std::size_t shared, unsigned threads,
                                         std::uint64_t& hot);

// Band keys of one article's sentences: articles with a key in common share a sentence, or nearly.
std::vector<std::uint64_t> sentence_keys(const article& from);

// Articles with a sentence key in common; `keys` has an entry for each article. `hot` counts the keys too common.
std::vector<document_pair> sharing_sentences(std::span<const std::vector<std::uint64_t>> keys, std::uint64_t& hot);

}  // namespace retold
