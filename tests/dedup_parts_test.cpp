// SPDX-License-Identifier: Apache-2.0
// The parts of dedup that have a twin of their own: chunks of lines, keys that are stored, and the rule in blocks.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "../src/dates.hpp"
#include "../src/dedup_decide.hpp"
#include "../src/dedup_input.hpp"
#include "../src/dedup_keys.hpp"
#include "random_sets.hpp"
#include "read_files.hpp"
#include "retold/error.hpp"

using namespace retold;

namespace {

std::vector<input_file> inputs(const std::vector<std::string>& paths) {
  read_report report;
  return find_inputs(
      paths, {}, [] { return std::string(); }, report, [](std::uint64_t) {});
}

struct chunks {
  std::vector<chunk_place> places;
  std::string lines;  // of all, joined
  std::vector<std::string> entries;
};

chunks read_all_chunks(const std::vector<input_file>& files, std::uint64_t size, chunk_copies& copies) {
  chunks out;
  chunk_reader reader(files, size);
  entry_numbers numbers;
  std::string buffer;
  std::vector<entry_line> entries;
  while (auto chunk = reader.next(buffer)) {
    CHECK(chunk->number == out.places.size());
    CHECK((chunk->lines.empty() || chunk->lines.size() == chunk->place.bytes));
    split_entries(chunk->lines, entries, chunk->place.lines);
    chunk->place.entries = static_cast<std::uint32_t>(entries.size());
    numbers.place(chunk->place);
    const input_file& file = files[chunk->place.file];
    if (file.how != retold::compression::none) copies.put(chunk->number, chunk->place.file, file.how, chunk->lines);
    CHECK(chunk->place.first_entry == out.entries.size());
    out.places.push_back(chunk->place);
    out.lines += chunk->lines;
    for (const entry_line& e : entries) out.entries.emplace_back(e.text);
  }
  return out;
}

// The same chunks again, by their places, but for every third.
void check_second_pass(const std::vector<input_file>& files, const chunks& first, const chunk_copies& copies,
                       std::uint64_t size) {
  chunk_reader reader({files, first.places, copies}, size);
  std::string buffer, lines, wanted;
  std::size_t number = 0;
  for (std::size_t at = 0; const chunk_place& place : first.places) {
    if (number++ % 3 != 0) wanted += first.lines.substr(at, place.bytes);
    at += place.bytes;
  }
  while (const auto chunk = reader.next(buffer, [](std::size_t n) { return n % 3 != 0; })) lines += chunk->lines;
  CHECK(lines == wanted);
}

}  // namespace

TEST_CASE("chunks are the file, whatever their size, packed or not") {
  const temporary_folder folder;
  std::mt19937_64 random(1);
  const auto check = [&](const std::string& bytes) {
    std::vector<std::string> entries;
    std::istringstream in(bytes);
    for (std::string line; std::getline(in, line);)
      if (line.find_first_not_of(" \r") != std::string::npos) entries.push_back(line.substr(0, line.find('\r')));
    const std::vector<std::string> paths = {folder.write("a.jsonl", bytes), folder.write("b.jsonl.gz", gzip(bytes)),
                                            folder.write("c.jsonl.zst", zstd(bytes))};
    for (const std::string& path : paths)
      for (const std::uint64_t size : {1, 2, 3, 5, 16, 100, 1000}) {
        const auto files = inputs({path});
        for (const std::uint64_t memory : {0, 20, 100'000}) {  // all copies in the file, some, none
          chunk_copies copies(memory, folder.path());
          const chunks got = read_all_chunks(files, size, copies);
          CHECK(got.lines == bytes);
          CHECK(got.entries == entries);
          check_second_pass(files, got, copies, size);
        }
      }
  };
  for (const char* bytes :
       {"", "\n", "a", "a\n", "\n\na", "a\r\n\r\nb", "abc\nd\n\nefgh\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nb"})
    check(bytes);
  for (int round = 0; round < 30; ++round) {
    std::string bytes;
    for (std::size_t i = 0; i < random() % 300; ++i) bytes += "ab \n\r"[random() % 5 == 3 ? 3 : random() % 4];
    check(bytes);
  }
}

TEST_CASE("several files again: some copied, some not, some damaged, one after the other") {
  const temporary_folder folder;
  std::string a, b;
  for (int i = 0; i < 200; ++i) a += "a line " + std::to_string(i) + '\n', b += "another line " + std::to_string(i * 7) + '\n';
  const std::string packed = zstd(b + a), torn = packed.substr(0, packed.size() - 6), zipped = gzip(a + b);
  const auto files = inputs({folder.write("1.zst", zstd("a few\nlines\n")), folder.write("2.zst", packed), folder.write("3", a),
                             folder.write("4.gz", zipped), folder.write("5.zst", torn), folder.write("6", ""),
                             folder.write("7.gz", zipped.substr(0, zipped.size() - 9)), folder.write("8", b),
                             folder.write("9.zst", zstd("the\nend"))});
  REQUIRE(files.size() == 9);
  for (const std::uint64_t memory : {0, 13, 50, 6000, 100'000})
    for (const std::uint64_t size : {7, 100, 4096}) {
      chunk_copies copies(memory, folder.path());
      const chunks got = read_all_chunks(files, size, copies);
      check_second_pass(files, got, copies, size);
    }
}

TEST_CASE("a packed file that reads differently the second time is noticed") {
  const temporary_folder folder;
  const auto files = inputs({folder.write("1.zst", zstd("one\ntwo\nthree\n")), folder.write("2", "four\n")});
  chunk_copies none(0, folder.path());
  const chunks right = read_all_chunks(files, 4, none);
  const auto reading = [&](const std::vector<chunk_place>& places) {
    chunk_reader reader({files, places, none}, 4);
    std::string buffer;
    while (reader.next(buffer)) {
    }
  };
  CHECK_NOTHROW(reading(right.places));
  for (std::size_t i = 0; right.places[i].file == 0; ++i) {
    CAPTURE(i);
    std::vector<chunk_place> fewer = right.places, other = right.places, more = right.places;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), right.places[i]);
    ++other[i].bytes;
    for (const auto* places : {&fewer, &other, &more}) CHECK_THROWS_AS(reading(*places), error);
  }
}

TEST_CASE("copies without room on the disk are done without") {
  const temporary_folder folder;
  std::string text;
  for (int i = 0; i < 300; ++i) text += "line " + std::to_string(i) + '\n';
  const auto files = inputs({folder.write("1.gz", gzip(text)), folder.write("2.gz", gzip(text))});
  chunk_copies copies(100, folder.path("no/such/folder"));
  const chunks got = read_all_chunks(files, 64, copies);
  CHECK(got.lines == text + text);
  CHECK_FALSE(copies.hold(1));
  check_second_pass(files, got, copies, 64);
}

TEST_CASE("lines are numbered within their file, entries in all") {
  const temporary_folder folder;
  const auto files = inputs({folder.write("a", "x\n\ny\n"), folder.write("b", "\nz"), folder.write("c", "")});
  chunk_copies none(0, folder.path());
  const chunks got = read_all_chunks(files, 2, none);
  CHECK(got.entries == std::vector<std::string>{"x", "y", "z"});
  std::uint64_t lines = 0;
  for (const chunk_place& place : got.places) {
    if (place.file == 1 && place.entries == 1) CHECK(place.first_line + place.lines == 2);
    lines += place.lines;
  }
  CHECK(lines == 5);
}

TEST_CASE("a file that changes between two passes is noticed") {
  const temporary_folder folder;
  const auto files = inputs({folder.write("a", "x\ny\n")});
  folder.write("a", "x\ny\nz\n");
  std::string buffer;
  chunk_reader reader(files);
  CHECK_THROWS_AS(reader.next(buffer), error);
}

TEST_CASE("keys come back from files as they went, and damaged files are not taken up") {
  const temporary_folder folder;
  std::mt19937_64 random(2);
  const auto made = [&](std::uint32_t from) {
    key_segment s;
    s.chunks = {from};
    s.places = {chunk_place{.entries = 100, .first_entry = from}};
    for (std::uint32_t i = from; i < from + 100; ++i) {
      s.kinds.push_back(static_cast<std::uint8_t>(i % 3));
      const std::uint64_t key = random();
      s.bands[key >> 56].push_back(make_band_entry(key, i));
      s.texts[key >> 56].push_back({key, 7, i});
      s.ids[key >> 57].push_back({key, 8, i});
    }
    return s;
  };
  key_store in_memory({}, 1), in_files(folder.path(), 1);
  for (std::uint32_t from = 0; from < 500; from += 100) {
    key_segment s = made(from);
    key_segment copy = s;
    in_memory.keep(std::move(copy));
    in_files.save(std::move(s));
  }
  const auto same = [&](const key_store& a, const key_store& b) {
    for (std::size_t p = 0; p < partitions; ++p) {
      std::vector<band_entry> bands[2];
      a.read_bands(p, bands[0]), b.read_bands(p, bands[1]);
      if (bands[0] != bands[1]) return false;
      for (const auto read : {&key_store::read_texts, &key_store::read_ids}) {
        std::vector<wide_entry> wide[2];
        (a.*read)(p, wide[0]), (b.*read)(p, wide[1]);
        const auto equal = [](const wide_entry& x, const wide_entry& y) {
          return x.key == y.key && x.more == y.more && x.entry == y.entry;
        };
        if (!std::equal(wide[0].begin(), wide[0].end(), wide[1].begin(), wide[1].end(), equal)) return false;
      }
    }
    return true;
  };
  CHECK(same(in_memory, in_files));
  key_store again(folder.path(), 1);
  CHECK(again.resume() == 5);
  std::set<std::uint64_t> chunks;
  again.each([&](const key_segment& s) {
    chunks.insert(s.chunks.begin(), s.chunks.end());
    CHECK(s.kinds.size() == 100);
  });
  CHECK(chunks == std::set<std::uint64_t>{0, 100, 200, 300, 400});

  std::vector<std::string> paths;
  for (const auto& found : fs::directory_iterator(folder.path())) paths.push_back(found.path().string());
  std::sort(paths.begin(), paths.end());
  REQUIRE(paths.size() == 5);
  fs::resize_file(paths[0], fs::file_size(paths[0]) - 1);
  {
    std::fstream flipped(paths[1], std::ios::in | std::ios::out | std::ios::binary);
    flipped.seekp(static_cast<std::streamoff>(fs::file_size(paths[1]) - 3));
    flipped.put('!');
  }
  folder.write("segment-9.part", "half");
  key_store damaged(folder.path(), 1);
  CHECK(damaged.resume() == 3);
  CHECK_FALSE(fs::exists(paths[0]));
  CHECK_FALSE(fs::exists(folder.path("segment-9.part")));
  CHECK(key_store(folder.path(), 2).resume() == 0);  // another job's
}

namespace {

// Random candidates, buckets and likenesses; the likeness of a pair is a hash of it, so it hangs together in no way.
struct puzzle {
  candidates_to_decide near = {};
  std::uint64_t seed = 0;
  double threshold = 0.5;
  double similarity(std::uint32_t a, std::uint32_t b) const {
    std::mt19937_64 random(seed ^ (std::uint64_t{std::min(a, b)} << 32 | std::max(a, b)));
    return random_sets::unit(random);
  }
};

puzzle random_puzzle(std::mt19937_64& random, std::uint32_t count, std::uint32_t buckets, std::uint32_t most) {
  puzzle out{.seed = random(), .threshold = random_sets::unit(random)};
  out.near.bucket_count = buckets;
  out.near.starts.push_back(0);
  for (std::uint32_t c = 0; c < count; ++c) {
    std::set<std::uint32_t> own;
    for (std::uint32_t i = 0; i <= random() % most; ++i) own.insert(static_cast<std::uint32_t>(random() % buckets));
    out.near.buckets.insert(out.near.buckets.end(), own.begin(), own.end());
    out.near.starts.push_back(out.near.buckets.size());
    out.near.entries.push_back(c);
  }
  return out;
}

// The rule as it is written.
std::vector<decision> one_by_one(const puzzle& p) {
  const auto buckets = [&](std::uint32_t c) {
    return std::set<std::uint32_t>(p.near.buckets.begin() + static_cast<std::ptrdiff_t>(p.near.starts[c]),
                                   p.near.buckets.begin() + static_cast<std::ptrdiff_t>(p.near.starts[c + 1]));
  };
  std::vector<decision> out;
  std::map<std::uint32_t, std::vector<std::uint32_t>> kept;
  for (std::uint32_t c = 0; c < p.near.entries.size(); ++c) {
    std::set<std::uint32_t> others;
    for (const std::uint32_t b : buckets(c)) others.insert(kept[b].begin(), kept[b].end());
    const auto found =
        std::find_if(others.begin(), others.end(), [&](std::uint32_t o) { return p.similarity(c, o) >= p.threshold; });
    out.push_back(found == others.end() ? decision{c, 1} : decision{*found, p.similarity(c, *found)});
    if (found == others.end())
      for (const std::uint32_t b : buckets(c)) kept[b].push_back(c);
  }
  return out;
}

}  // namespace

TEST_CASE("in blocks and on threads the rule decides as one by one") {
  std::mt19937_64 random(3);
  const auto check = [&](std::uint32_t count, std::uint32_t buckets, std::uint32_t most) {
    const puzzle p = random_puzzle(random, count, buckets, most);
    const auto find = [&p](std::uint32_t of, std::span<const std::uint32_t> others, double& similarity) {
      CHECK(std::is_sorted(others.begin(), others.end()));
      for (std::size_t i = 0; i < others.size(); ++i)
        if (similarity = p.similarity(of, others[i]); similarity >= p.threshold) return i;
      return others.size();
    };
    const auto right = one_by_one(p);
    const decisions once = decide(p.near, find, 1, {});
    for (const unsigned threads : {1u, 3u}) {
      const decisions got = decide(p.near, find, threads, {});
      CHECK(got.compared == once.compared);
      REQUIRE(got.of.size() == right.size());
      for (std::size_t c = 0; c < right.size(); ++c) {
        CHECK(got.of[c].of == right[c].of);
        CHECK(got.of[c].similarity == right[c].similarity);
      }
    }
  };
  for (int round = 0; round < 60; ++round) check(1 + random() % 60, 1 + random() % 40, 1 + random() % 6);
  check(3000, 2000, 4);  // several blocks
  check(2500, 3, 2);     // three hot buckets
}

TEST_CASE("seconds of dates") {
  CHECK(second_number("1970-01-02") == 86400);
  CHECK(second_number("1970-01-02T99:99:99Z") == 86400);  // no other day, whatever stands behind
  CHECK(second_number("1970-01-02T25:00:00+99:00") == 86400);
  CHECK(second_number("19700102") == 86400);
  CHECK(second_number("1970-01-01T01:02:03Z") == 3723);
  CHECK(second_number("1970-01-01 01:02") == 3720);
  CHECK(second_number("1970-01-01T010203.5+01:00") == 123);
  CHECK(second_number("1970-01-01T00:00:00-0130") == 5400);
  CHECK(second_number("1970-01-01T") == 0);
  CHECK_FALSE(second_number("yesterday"));
}
