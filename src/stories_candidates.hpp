// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which pairs of articles are worth scoring as one story (part of the stories stage).

#include <cstdint>
#include <span>
#include <vector>

#include "retold/lsh.hpp"
#include "stories_space.hpp"

namespace retold {

// The parts of sharing_terms, for those who hold the articles elsewhere:
// · which terms of one vector may propose pairs: the heaviest of the rare ones and a few commoner ones;
void add_proposing(std::span<const weight> vector, std::span<const std::uint32_t> frequency, std::size_t articles,
                   std::vector<std::uint32_t>& ids);
// · the terms of so many articles that may propose pairs, rarest first, until they have proposed enough: asked for one term
// after
//   the other, in the order of `postings` and then of the terms, whether it may;
class pair_budget {
 public:
  explicit pair_budget(std::size_t articles);
  bool takes(std::uint64_t postings) noexcept;  // articles among whose proposing terms it is

 private:
  std::uint64_t enough_, proposed_ = 0;
};
// · articles that have so many of those terms in common (all of them, where one has fewer). `top`: of each article.
std::vector<document_pair> sharing_top(const std::vector<std::vector<std::uint32_t>>& top,
                                       const std::vector<std::vector<std::uint32_t>>& postings, std::size_t shared,
                                       unsigned threads);

// Articles that share so many terms which are among the heaviest of both (all of them, where one has fewer). `hot` counts the
// terms too common to propose pairs.
std::vector<document_pair> sharing_terms(const term_space& space, std::size_t articles, std::size_t shared, unsigned threads,
                                         std::uint64_t& hot);

// Band keys of one article's sentences: articles with a key in common share a sentence, or nearly.
std::vector<std::uint64_t> sentence_keys(const article& from);

inline constexpr std::size_t sentence_cap = 50;  // articles a sentence may stand in

// Articles with a sentence key in common; `keys` has an entry for each article. `hot` counts the keys too common.
std::vector<document_pair> sharing_sentences(std::span<const std::vector<std::uint64_t>> keys, std::uint64_t& hot);

}  // namespace retold
