// SPDX-License-Identifier: Apache-2.0
// What lies in an index's tables: any bytes are read or refused, never more of them than there are; what is read is written as
// the same bytes.
//
// Input: a digit for the kind of value (':' is 10, ';' 11), two for the options, then the value.
#include <string>
#include <vector>

#include "../../src/index_bytes.hpp"
#include "../../src/index_codec.hpp"
#include "../../src/index_postings.hpp"
#include "../../src/index_story_tables.hpp"
#include "promise.hpp"

namespace {

// Past the end of which is somebody else's memory.
struct exact_copy {
  std::vector<char> bytes;
  explicit exact_copy(std::string_view from) : bytes(from.begin(), from.end()) { bytes.shrink_to_fit(); }
  std::string_view view() const { return {bytes.data(), bytes.size()}; }
};

// read(bytes) gives an optional, write(value) bytes.
template <class Read, class Write>
void there_and_back(std::string_view value, const Read& read, const Write& write) {
  const auto first = read(exact_copy(value).view());
  if (!first) return;
  promise(write(*first) == value, "what is read is written as it was");
}

std::string write_entries(const std::vector<retold::id_entry>& entries) {
  std::string out;
  for (const retold::id_entry& each : entries) out += write_id_entry(each);
  return out;
}

// By hand, from docs/format.md.
std::string written(const retold::filed_article& of) {
  std::string out;
  retold::put_number(out, of.head.scope), retold::put_number(out, of.head.like), retold::put_float(out, of.head.cosine);
  return out + to_bytes(of.is);
}

std::string written(const retold::filed_story& of) {
  std::string out;
  retold::put_number(out, of.opener.size());
  return out + of.opener + to_bytes(of.is);
}

std::uint32_t big_in(std::string_view bytes, std::size_t at, std::size_t size) {
  return static_cast<std::uint32_t>(retold::value_reader(bytes.substr(at)).big(size));
}

void look_into_frequency_key(std::string_view key) {
  const auto generation = retold::generation_in(exact_copy(key).view());
  promise(generation.has_value() == (key.size() == 10), "a key of a frequency has ten bytes");
  if (!generation) return;
  promise(retold::frequency_key(*generation, big_in(key, 4, 2), big_in(key, 6, 4)) == key, "which are what it is made of");
}

void look_into_term_key(std::string_view key) {
  const auto number = retold::document_in(exact_copy(key).view());
  promise(number.has_value() == (key.size() == 14), "a key of a term has fourteen bytes");
  if (!number) return;
  const std::uint32_t scope = big_in(key, 0, 2), term = big_in(key, 2, 4);
  promise(retold::term_key(scope, term, *number) == key, "which are what it is made of");
  promise(*number == 0 || retold::term_key(scope, term, *number - 1) > key, "the newest come first");
}

void look_into_story_key(std::string_view key) {
  const auto place = retold::place_in(exact_copy(key).view());
  promise(place.has_value() == (key.size() == 10), "a key of a story has ten bytes");
  if (!place) return;
  promise(story_key(*place) == key, "which are what it is made of");
  promise(story_key(*place).starts_with(retold::number_key(place->story)), "those of a story stand side by side");
}

// A run's own words, then a chunk of it: both ways to look into the chunk say the same.
void look_into_chunk(std::string_view value, unsigned bits, unsigned span) {
  retold::posting_run run;
  run.first = 7, run.last = 7 + (std::uint64_t{1} << (9 * span)), run.chunk_bits = bits * 4;
  const exact_copy chunk(value);
  std::vector<retold::posting> all;
  const bool whole = each_in_chunk(run, 0, chunk.view(), [&](const retold::posting& p) { all.push_back(p); });
  std::vector<std::uint64_t> found;
  promise(numbers_in_chunk(run, chunk.view(), 5, found) == whole, "both know whether a chunk is whole");
  promise(!whole || all.size() * (run.key_bytes() + run.number_bytes()) == value.size(), "all of a chunk is read");
  if (!whole || !std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.key < b.key; })) return;
  for (const retold::posting& p : all) {
    if (p.key >> (retold::posting_key_bits - run.chunk_bits) != 0) return;  // longer than it may be: not ours
    found.clear();
    promise(numbers_in_chunk(run, chunk.view(), p.key, found), "a whole chunk is read");
    promise(std::find(found.begin(), found.end(), p.number) != found.end(), "what is in a chunk is found in it");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  choices choose(data, size);
  const unsigned kind = choose.next(12), a = choose.next(8), b = choose.next(4);
  const std::string_view value = choose.rest();
  const std::size_t slots = a * 16;
  using namespace retold;
  if (kind == 0)
    there_and_back(
        value, [&](auto v) { return read_record(v, slots); }, [](const auto& r) { return write_record(r); });
  if (kind == 1)
    there_and_back(
        value, [&](auto v) { return read_pending(v, slots); }, [](const auto& r) { return write_pending(r); });
  if (kind == 2)
    there_and_back(
        value, [](auto v) { return read_id_entries(v); }, write_entries);
  if (kind == 3)
    there_and_back(
        value, [](auto v) { return posting_run::read(1, v); }, [](const auto& r) { return r.written(); });
  if (kind == 4)
    there_and_back(
        value, [](auto v) { return article_from(v); }, [](const auto& r) { return to_bytes(r); });
  if (kind == 5)
    there_and_back(
        value, [](auto v) { return members_from(v); }, [](const auto& r) { return to_bytes(r); });
  if (kind == 6) look_into_chunk(value, a, b);
  if (kind == 7)
    there_and_back(
        value, [](auto v) { return filed_article_from(v); }, [](const auto& r) { return written(r); });
  if (kind == 8)
    there_and_back(
        value, [](auto v) { return filed_story_from(v); }, [](const auto& r) { return written(r); });
  if (kind == 9) look_into_frequency_key(value);
  if (kind == 10) look_into_term_key(value);
  if (kind == 11) look_into_story_key(value);
  return 0;
}
