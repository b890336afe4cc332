// SPDX-License-Identifier: Apache-2.0
// Tokens, stems, grams, and the document frequencies of both.
#include "align_tokens.hpp"

#include <unicode/uchar.h>
#include <xxhash.h>

#include <algorithm>

#include "runs.hpp"
#include "utf8.hpp"

namespace retold {
namespace alignment {
namespace {

// A gram of characters is told from a trigram (3 × 21 bits) by the top bit.
constexpr std::uint64_t single_bit = std::uint64_t{1} << 63;

bool separates_digits(std::string_view gap) noexcept { return gap == "." || gap == "," || gap == "\u066B" || gap == "\u066C"; }

bool starts_with_digit(std::string_view text) noexcept {
  std::size_t at = 0;
  return !text.empty() && digit_value(next_code_point(text, at)) >= 0;
}

bool ends_with_digit(std::string_view text) noexcept {
  return !text.empty() && starts_with_digit(text.substr(character_start(text, text.size() - 1)));
}

bool is_figure_part(std::string_view text, slice left, slice right) {
  return left.end < right.begin && separates_digits(text.substr(left.end, right.begin - left.end)) &&
         ends_with_digit(text.substr(left.begin, left.size())) && starts_with_digit(text.substr(right.begin, right.size()));
}

// Tatweel, and the vowel signs from fathatan to sukun: U+0640, U+064B … U+0652.
bool is_vowel_sign(std::string_view key, std::size_t at) noexcept {
  if (key[at] != '\xD9' || at + 1 >= key.size()) return false;
  const auto low = static_cast<unsigned char>(key[at + 1]);
  return low == 0x80 || (low >= 0x8B && low <= 0x92);
}

std::string_view without_vowel_signs(std::string_view key, std::deque<std::string>& pool) {
  std::string kept;
  bool dropped = false;
  for (std::size_t at = 0; at < key.size(); ++at) {
    if (is_vowel_sign(key, at)) {
      dropped = true;
      ++at;
    } else {
      kept += key[at];
    }
  }
  if (!dropped || kept.empty()) return key;
  return pool.emplace_back(std::move(kept));
}

std::vector<char32_t> bordered(std::string_view key) {
  std::vector<char32_t> points{0};
  for (std::size_t at = 0; at < key.size();) points.push_back(next_code_point(key, at));
  points.push_back(0);
  return points;
}

}  // namespace

int digit_value(char32_t code_point) noexcept {
  if (code_point < 0x80) return code_point >= '0' && code_point <= '9' ? static_cast<int>(code_point - '0') : -1;
  return u_charDigitValue(static_cast<UChar32>(code_point));
}

segmented cut_sentence(std::string_view text) {
  segmented cut;
  cut.normal = normalise(text);
  cut.words = words(cut.normal);
  return cut;
}

std::vector<raw_token> read_tokens(const segmented& from, std::uint32_t first, std::uint32_t last,
                                   std::deque<std::string>& pool) {
  const std::string_view text = from.normal.bytes;
  std::vector<raw_token> tokens;
  tokens.reserve(last - first);
  for (std::uint32_t i = first; i < last; ++i) {
    const word& w = from.words[i];
    if (i > first && is_figure_part(text, tokens.back().folded, w.folded)) {
      tokens.back().folded.end = w.folded.end;
      tokens.back().where.end = w.where.end;
    } else {
      tokens.push_back({{}, w.where, w.folded, w.joined && i > first});
    }
  }
  for (raw_token& t : tokens) t.key = without_vowel_signs(text.substr(t.folded.begin, t.folded.size()), pool);
  return tokens;
}

word_shape shape_of(std::string_view key) {
  word_shape shape;
  for (std::size_t at = 0; at < key.size(); ++shape.length) {
    const char32_t point = next_code_point(key, at);
    if (shape.length == 0) {
      const word_class kind = classify(point);
      shape.single = kind == word_class::single || kind == word_class::cluster;
    }
    shape.digit |= digit_value(point) >= 0;
  }
  shape.stem = static_cast<std::uint32_t>(key.size());
  if (shape.length <= 5 || shape.digit || shape.single) return shape;
  std::size_t end = 0;
  for (std::uint32_t kept = std::max(5u, (7 * shape.length + 5) / 10); kept > 0; --kept) next_code_point(key, end);
  shape.stem = static_cast<std::uint32_t>(end);
  return shape;
}

double rarity_by_length(const word_shape& shape) noexcept {
  if (shape.single) return 1.5;
  if (shape.digit) return 3;
  return std::min(4.0, 0.6 + 0.45 * (shape.length - 1.0));
}

std::uint64_t stem_key(std::string_view stem) noexcept { return XXH3_64bits(stem.data(), stem.size()); }

std::vector<std::uint64_t> grams_of(std::string_view key, bool single) {
  if (single) return {single_bit | XXH3_64bits(key.data(), key.size())};
  const std::vector<char32_t> points = bordered(key);
  std::vector<std::uint64_t> grams;
  for (std::size_t i = 0; i + 2 < points.size(); ++i) {
    grams.push_back(std::uint64_t{points[i]} << 42 | std::uint64_t{points[i + 1]} << 21 | points[i + 2]);
  }
  sort_and_unique(grams);
  return grams;
}

std::uint64_t pair_gram(std::string_view left, std::string_view right) {
  std::string both(left);
  both.append(right);
  return single_bit | XXH3_64bits_withSeed(both.data(), both.size(), 2);
}

}  // namespace alignment

namespace {

// Counts in how many sentences each key stands: a key counts once until the next sentence begins.
class sentence_counter {
 public:
  std::uint32_t number(std::uint64_t key) {
    const auto [at, fresh] = numbers_.try_emplace(key, static_cast<std::uint32_t>(counts_.size()));
    if (fresh) counts_.push_back({key, 0, 0});
    return at->second;
  }
  void meet(std::uint32_t number, std::uint32_t sentence) {
    entry& e = counts_[number];
    e.sentences += e.last != sentence;
    e.last = sentence;
  }
  void store(boost::unordered_flat_map<std::uint64_t, std::uint32_t>& into) const {
    into.reserve(counts_.size());
    for (const entry& e : counts_) into.emplace(e.key, e.sentences);
  }

 private:
  struct entry {
    std::uint64_t key;
    std::uint32_t sentences, last;  // last: number of the sentence, from 1
  };
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> numbers_;
  std::vector<entry> counts_;
};

// Stems and grams of a word are found once, however often it occurs.
class vocabulary_builder {
 public:
  void count_sentences(const article& from, const segmented& part) {
    for (std::size_t s = 0; s < part.sentences.size(); ++s) {
      const sentence& each = part.sentences[s];
      if (each.size() == 0 || (&part == &from.text && from.is_boilerplate(s))) continue;
      count_sentence(alignment::read_tokens(part, each.first, each.last, pool_));
    }
  }

  // Both sides are one sentence: what they share must not look frequent for being shared.
  void count_pair(const sentence_pair_text& pair) {
    ++sentences_;
    for (const std::string_view side : {pair.a, pair.b}) {
      const segmented cut = alignment::cut_sentence(side);
      const auto size = std::min(cut.words.size(), alignment::most_words_alone);
      meet(alignment::read_tokens(cut, 0, static_cast<std::uint32_t>(size), pool_));
    }
  }

  void finish(vocabulary::tables& into) const {
    into.sentences = sentences_;
    stems_.store(into.stems);
    grams_.store(into.grams);
  }

 private:
  struct known_word {
    std::uint32_t stem = 0;
    bool single = false;
    std::vector<std::uint32_t> grams;
  };

  // Keys are kept for longer than a sentence of a pair is.
  const known_word& know(std::string_view key) {
    const auto known = numbers_.find(key);
    if (known != numbers_.end()) return words_[known->second];
    numbers_.emplace(pool_.emplace_back(key), static_cast<std::uint32_t>(words_.size()));
    const auto shape = alignment::shape_of(key);
    known_word made{stems_.number(alignment::stem_key(key.substr(0, shape.stem))), shape.single, {}};
    for (const std::uint64_t gram : alignment::grams_of(key, shape.single)) made.grams.push_back(grams_.number(gram));
    return words_.emplace_back(std::move(made));
  }

  void count_sentence(std::span<const alignment::raw_token> tokens) {
    for (; !tokens.empty(); tokens = tokens.subspan(std::min<std::size_t>(tokens.size(), alignment::most_words))) {
      ++sentences_;
      meet(tokens.first(std::min<std::size_t>(tokens.size(), alignment::most_words)));
    }
  }

  void meet(std::span<const alignment::raw_token> tokens) {
    bool after_single = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const known_word& word = know(tokens[i].key);
      stems_.meet(word.stem, sentences_);
      for (const std::uint32_t gram : word.grams) grams_.meet(gram, sentences_);
      if (word.single && after_single && tokens[i].joined) {
        grams_.meet(grams_.number(alignment::pair_gram(tokens[i - 1].key, tokens[i].key)), sentences_);
      }
      after_single = word.single;
    }
  }

  std::uint32_t sentences_ = 0;
  std::deque<std::string> pool_;
  boost::unordered_flat_map<std::string_view, std::uint32_t> numbers_;
  std::vector<known_word> words_;
  sentence_counter stems_, grams_;
};

}  // namespace

vocabulary::vocabulary() : tables_(std::make_unique<tables>()) {}
vocabulary::vocabulary(std::span<const article* const> articles) : vocabulary() {
  vocabulary_builder builder;
  for (const article* each : articles) {
    builder.count_sentences(*each, each->title);
    builder.count_sentences(*each, each->text);
  }
  builder.finish(*tables_);
}
vocabulary::vocabulary(std::span<const sentence_pair_text> pairs) : vocabulary() {
  vocabulary_builder builder;
  for (const sentence_pair_text& each : pairs) builder.count_pair(each);
  builder.finish(*tables_);
  tables_->of_pairs = true;
  for (std::uint32_t holding = 0; holding <= tables_->sentences; ++holding)
    tables_->gram_weights.push_back(alignment::gram_weight_in_pairs(tables_->sentences, holding));
}
vocabulary::~vocabulary() = default;
vocabulary::vocabulary(vocabulary&&) noexcept = default;
vocabulary& vocabulary::operator=(vocabulary&&) noexcept = default;

}  // namespace retold
