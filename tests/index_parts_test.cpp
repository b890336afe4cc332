// SPDX-License-Identifier: Apache-2.0
// The parts of an index that have a twin of their own: bytes of keys and values, runs of postings, what is not in them yet.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

#include "../src/index_bytes.hpp"
#include "index_twin.hpp"
#include "message_of.hpp"
#include "read_files.hpp"

using namespace retold;

namespace {

std::string some_bytes(std::mt19937_64& random, std::size_t size) {
  std::string out;
  while (out.size() < size) out += static_cast<char>(random());
  return out;
}

std::uint64_t any_size(std::mt19937_64& random) { return random() >> (random() % 64); }

index_record some_record(std::mt19937_64& random, std::size_t slots) {
  index_record out;
  out.scope = static_cast<std::uint32_t>(any_size(random) & 0xFFFF);
  out.arrived = static_cast<std::int64_t>(any_size(random));
  if (random() % 2 == 0) out.date = -static_cast<std::int64_t>(any_size(random) >> 1);
  out.set_size = any_size(random);
  out.words = {random(), static_cast<std::uint32_t>(random())};
  out.id = some_bytes(random, random() % 300);
  for (std::size_t i = 0; i < slots; ++i) out.slots.push_back(static_cast<std::uint8_t>(random()));
  return out;
}

bool same(const index_record& a, const index_record& b) {
  return a.scope == b.scope && a.arrived == b.arrived && a.date == b.date && a.set_size == b.set_size && a.words == b.words &&
         a.id == b.id && a.slots == b.slots;
}

// Reads a copy that ends where its memory does, so that a sanitizer sees who reads beyond.
template <class Read>
auto exactly(std::string_view bytes, const Read& read) {
  const std::unique_ptr<char[]> copy(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return read(std::string_view(copy.get(), bytes.size()));
}

using multimap = std::multimap<std::uint64_t, std::uint64_t>;

struct built_runs {
  std::vector<posting_run> runs;
  std::vector<multimap> twins;
};

index_store new_store(const std::string& folder) {
  return {folder, {.memory = 32 << 20, .threads = 1}, "for a test of postings"};
}

built_runs build(index_store& store, std::mt19937_64& random, std::span<const std::size_t> sizes, std::uint64_t distinct_keys) {
  built_runs out;
  std::uint64_t number = 1;
  for (const std::size_t size : sizes) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
    const std::uint64_t first = number;
    for (std::size_t i = 0; i < size; ++i) {
      all.emplace_back(mix64(random() % distinct_keys) >> (64 - posting_key_bits), number);
      number += random() % 3 == 0 ? 1 + any_size(random) % 1000 : 0;
    }
    std::sort(all.begin(), all.end());
    run_writer writer(store, out.runs.size(), first, number, size);
    for (const auto& [key, n] : all) writer.add({key, n});
    std::vector<std::unique_ptr<index_store::sorted_file>> files;
    posting_run& run = out.runs.emplace_back(writer.finish(files));
    store.ingest(std::move(files));
    if (run.id % 3 != 2) run.filter = load_filter(store, run.id, run.filter_lines, run.id % 2);
    out.twins.emplace_back(all.begin(), all.end());
    ++number;
  }
  return out;
}

void check_found(const index_store& store, const std::vector<posting_run>& runs, const multimap& twin,
                 std::span<const std::uint64_t> keys) {
  std::multiset<std::pair<std::uint64_t, std::uint64_t>> found, wanted;
  find_postings(store, runs, keys, [&](std::size_t which, std::uint64_t number) { found.emplace(keys[which], number); });
  for (const std::uint64_t key : keys)
    for (auto [at, end] = twin.equal_range(key); at != end; ++at) wanted.emplace(key, at->second);
  CHECK((found == wanted));
}

multimap read_back(const index_store& store, const posting_run& run) {
  multimap out;
  for (index_store::walk at(store, table::postings, number_key(run.id)); at.valid(); at.next()) {
    if (at.key().substr(0, 8) != number_key(run.id)) break;
    const auto chunk = *read_number_key(std::string(4, '\0').append(at.key().substr(8)));
    CHECK(each_in_chunk(run, chunk, at.value(), [&](const posting& p) { out.emplace(p.key, p.number); }));
  }
  return out;
}

}  // namespace

TEST_CASE("index: what is written is read, cut off anywhere it is told apart") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200; ++i) {
    const std::size_t slots = i % 3 == 0 ? 0 : random() % 200;
    const index_record record = some_record(random, slots);
    const std::string bytes = write_record(record);
    const auto back = exactly(bytes, [&](auto b) { return read_record(b, slots); });
    REQUIRE(back);
    CHECK(same(*back, record));
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK(!exactly(std::string_view(bytes).substr(0, size), [&](auto b) { return read_record(b, slots); }));
    CHECK(!read_record(bytes + 'x', slots));

    pending_record pending;
    if (i % 2 == 0) {
      pending.document = record;
      for (std::uint64_t k = random() % 30; k > 0; --k) pending.keys.push_back(random() >> (64 - posting_key_bits));
    } else {
      pending.scope = static_cast<std::uint32_t>(random() % 65536), pending.id_hash = random();
      pending.said = {static_cast<std::uint32_t>(random()), any_size(random)};
    }
    const std::string all = write_pending(pending);
    const auto again = exactly(all, [&](auto b) { return read_pending(b, slots); });
    REQUIRE(again);
    CHECK(again->document.has_value() == pending.document.has_value());
    if (pending.document) CHECK(same(*again->document, record));
    CHECK(again->keys == pending.keys);
    CHECK((again->scope == pending.scope && again->id_hash == pending.id_hash && again->said == pending.said));
    for (std::size_t size = 0; size < all.size(); ++size) {
      const auto part = exactly(std::string_view(all).substr(0, size), [&](auto b) { return read_pending(b, slots); });
      CHECK((!part || (part->document && part->keys.size() < pending.keys.size())));  // a key less is no other value
    }
  }
}

TEST_CASE("index: numbers, keys and lists of them") {
  std::mt19937_64 random(2);
  std::string entries;
  std::vector<id_entry> wanted;
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t a = i < 64 ? std::uint64_t{1} << i : any_size(random), b = i < 64 ? a - 1 : any_size(random);
    CHECK((number_key(a) < number_key(b)) == (a < b));
    CHECK(read_number_key(number_key(a)) == a);
    CHECK(!read_number_key(number_key(a).substr(1)));
    CHECK(!read_number_key(number_key(a) + 'x'));
    std::string bytes;
    put_number(bytes, a);
    put_signed(bytes, static_cast<std::int64_t>(b));
    put_big(bytes, a, 8);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      value_reader part(std::string_view(bytes).substr(0, size));
      part.number(), part.signed_number(), part.big(8);
      CHECK(!part.good());
    }
    bytes += "rest";
    value_reader from(bytes);
    CHECK(from.number() == a);
    CHECK(from.signed_number() == static_cast<std::int64_t>(b));
    CHECK(from.big(8) == a);
    CHECK(from.rest() == "rest");
    CHECK(from.bytes(3) == "res");
    CHECK((from.bytes(2).empty() && !from.good()));
    CHECK((id_key(3, a) < id_key(3, b)) == (a < b));
    CHECK(id_key(3, a) < id_key(4, b));
    wanted.push_back({static_cast<std::uint32_t>(random()), a});
    entries += write_id_entry(wanted.back());
    CHECK((read_id_entries(entries) == wanted));
    CHECK(!read_id_entries(std::string_view(entries).substr(0, entries.size() - 1)));
  }
  for (const std::string_view none :
       {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"}) {
    value_reader endless(none);
    endless.number();
    CHECK(!endless.good());
  }
  value_reader longer_than_needed({"\x80\0", 2});
  longer_than_needed.number();
  CHECK(!longer_than_needed.good());
}

TEST_CASE("index: any bytes are read without harm, and what is read is what would be written") {
  std::mt19937_64 random(3);
  int records = 0;
  for (int i = 0; i < 40'000; ++i) {
    std::string bytes = some_bytes(random, random() % 60);
    if (i % 2 == 0) {  // nearly one
      bytes = i % 4 == 0 ? write_record(some_record(random, 4)) : write_pending({some_record(random, 4), {1, 2, 3}, 0, 0, {}});
      for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    exactly(bytes, [&](std::string_view b) {
      std::vector<std::uint64_t> numbers;
      const auto record = read_record(b, 4);
      if (record) {
        ++records;
        const auto again = read_record(write_record(*record), 4);
        CHECK((again && same(*again, *record)));
      }
      read_pending(b, 4), read_pending(b, 0), read_id_entries(b), read_number_key(b);
      if (const auto run = posting_run::read(7, b)) {
        each_in_chunk(*run, 1, b, [](const posting&) {});
        if (numbers_in_chunk(*run, b, random() >> 24, numbers)) CHECK(b.size() % (run->key_bytes() + run->number_bytes()) == 0);
      }
      return 0;
    });
  }
  CHECK(records > 100);
}

TEST_CASE("index: a filter never denies what was added, and seldom affirms what was not") {
  for (const std::uint64_t count : {0, 1, 50, 1000, 200'000}) {
    CAPTURE(count);
    posting_filter filter(posting_filter::lines_for(count));
    std::mt19937_64 random(count);
    std::vector<std::uint64_t> keys;
    for (std::uint64_t i = 0; i < count; ++i) keys.push_back(random() >> (64 - posting_key_bits)), filter.add(keys.back());
    std::uint64_t denied = 0, affirmed = 0;
    for (const std::uint64_t key : keys) denied += !filter.may_have(key);
    for (int i = 0; i < 20'000; ++i) affirmed += filter.may_have(random() >> (64 - posting_key_bits));
    CHECK(denied == 0);
    if (count == 0) CHECK(affirmed == 0);
    CHECK(affirmed < 20'000 * 0.03);  // ten bits a posting, in lines: some 1.3 %
    CHECK(filter.bytes() <= count * 10 / 8 + 64);
  }
}

TEST_CASE("index: a folded filter never denies what was added, and is as large as there is room for") {
  std::mt19937_64 random(6);
  const temporary_folder folder;
  index_store store = new_store(folder.path("i"));
  for (const std::uint64_t lines : {1, 2, 511, 513, 1500}) {
    std::vector<std::uint64_t> keys;
    for (std::uint64_t i = 0; i < lines * 51; ++i) keys.push_back(random() >> (64 - posting_key_bits));
    std::sort(keys.begin(), keys.end());
    filter_writer writer(store, lines, lines);
    posting_filter whole(lines);
    for (const std::uint64_t key : keys) writer.add(key), whole.add(key);
    std::vector<std::unique_ptr<index_store::sorted_file>> files;
    files.push_back(writer.finish());
    store.ingest(std::move(files));
    double affirmed[no_filter] = {}, least[] = {0, 0.05, 0.4}, most[] = {0.03, 0.16, 0.65};
    for (unsigned fold = 0; fold < no_filter; ++fold) {
      CAPTURE(lines);
      CAPTURE(fold);
      const auto loaded = load_filter(store, lines, lines, fold);
      CHECK(loaded->bytes() == posting_filter::bytes_of(lines, fold));
      CHECK(std::all_of(keys.begin(), keys.end(), [&](std::uint64_t key) { return loaded->may_have(key); }));
      for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t key = random() >> (64 - posting_key_bits);
        affirmed[fold] += loaded->may_have(key) / 20'000.0;
        if (fold == 0) CHECK(loaded->may_have(key) == whole.may_have(key));
      }
      if (lines > 500) CHECK((affirmed[fold] >= least[fold] && affirmed[fold] < most[fold]));
    }
  }
  for (int i = 0; i < 2000; ++i) {
    std::vector<std::uint64_t> lines(random() % 8);
    for (std::uint64_t& each : lines) each = random() % 5 == 0 ? 0 : random() % 1000;
    const std::uint64_t room = random() % 400'000;
    const auto folds = filter_folds(lines, room);
    std::uint64_t all = 0, none_left_out = 0;
    for (std::size_t f = 0; f < lines.size(); ++f) {
      all += folds[f] == no_filter ? 0 : posting_filter::bytes_of(lines[f], folds[f]);
      none_left_out += posting_filter::bytes_of(lines[f], no_filter - 1);
    }
    CHECK(all <= room);
    if (none_left_out <= room / 2) CHECK(std::count(folds.begin(), folds.end(), no_filter) == 0);
  }
}

TEST_CASE("index: runs of postings find what a multimap does, merged or not") {
  std::mt19937_64 random(4);
  const std::vector<std::vector<std::size_t>> cases = {{1}, {1, 1}, {700, 3}, {5000, 1, 20'000, 600}, {3000, 3000, 3000, 3000}};
  for (const std::uint64_t distinct : {std::uint64_t{3}, std::uint64_t{5000}, std::uint64_t{1} << 40})
    for (const auto& sizes : cases) {
      CAPTURE(distinct);
      const temporary_folder folder;
      index_store store = new_store(folder.path("i"));
      built_runs built = build(store, random, sizes, distinct);
      multimap twin;
      for (std::size_t r = 0; r < built.runs.size(); ++r) {
        const posting_run& run = built.runs[r];
        CHECK((read_back(store, run) == built.twins[r]));
        CHECK(run.count == built.twins[r].size());
        twin.insert(built.twins[r].begin(), built.twins[r].end());
        const auto again = posting_run::read(run.id, run.written());
        REQUIRE(again);
        CHECK((again->first == run.first && again->last == run.last && again->count == run.count &&
               again->chunk_bits == run.chunk_bits && again->filter_lines == run.filter_lines));
        for (std::size_t size = 0; size < run.written().size(); ++size)
          CHECK(!posting_run::read(1, run.written().substr(0, size)));
        if (run.filter) {
          for (const auto& [key, number] : built.twins[r]) REQUIRE(run.filter->may_have(key));
        }
      }
      std::vector<std::uint64_t> keys;
      for (int i = 0; i < 300; ++i) {
        keys.push_back(random() >> (64 - posting_key_bits));
        keys.push_back(std::next(twin.begin(), static_cast<std::ptrdiff_t>(random() % twin.size()))->first);
      }
      keys.push_back(0), keys.push_back((std::uint64_t{1} << posting_key_bits) - 1);
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      std::shuffle(keys.begin(), keys.end(), random);
      check_found(store, built.runs, twin, keys);

      const auto stays = [](std::uint64_t number) { return number % 7 != 3; };
      std::vector<std::unique_ptr<index_store::sorted_file>> files;
      const posting_run merged = merge_runs(store, built.runs, 99, stays, files);
      store.ingest(std::move(files));
      std::erase_if(twin, [&](const auto& p) { return !stays(p.second); });
      CHECK((read_back(store, merged) == twin));
      CHECK(merged.count == twin.size());
      check_found(store, {merged}, twin, keys);
    }
}

TEST_CASE("index: a range of keys goes, larger than what is written at once, and nothing beside it") {
  const temporary_folder folder;
  index_store store = new_store(folder.path("i"));
  constexpr std::uint64_t keys = 100'000, first = 700, end = 99'000;
  index_store::change all(store);
  for (std::uint64_t n = 0; n < keys; ++n) all.put(table::removed, number_key(n), {});
  REQUIRE(all.bytes() > change_bytes);
  all.put(table::terms, number_key(first), {});
  all.commit(false);
  const auto held = store.take_snapshot();
  const auto count = [&](table in, const index_store::snapshot& at) {
    std::uint64_t out = 0, outside = 0;
    const auto is_outside = [&](std::string_view key) { return key < number_key(first) || key >= number_key(end); };
    store.each(
        in, {}, [&](std::string_view key, std::string_view) { return ++out, outside += is_outside(key), true; }, at);
    return std::pair(out, outside);
  };
  constexpr std::uint64_t left = keys - (end - first);
  store.remove_range(table::removed, number_key(first), number_key(end));
  CHECK(count(table::removed, {}) == std::pair(left, left));
  CHECK(count(table::removed, held) == std::pair(keys, left));
  CHECK(count(table::terms, {}).first == 1);
  store.remove_range(table::removed, number_key(end), number_key(first));
  store.rewrite(table::removed);
  CHECK(count(table::removed, {}) == std::pair(left, left));
}

TEST_CASE("index: what is in memory is found as in standard containers") {
  std::mt19937_64 random(5);
  index_recent recent;
  for (int life = 0; life < 3; ++life) {
    std::map<std::uint64_t, pending_record> documents;
    std::multimap<std::uint64_t, std::uint64_t> by_key;
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::vector<id_entry>> by_id;
    std::uint64_t number = 0;
    for (int i = 0; i < 3000; ++i) {
      number += 1 + random() % 3;
      pending_record one;
      if (random() % 3 != 0) {
        one.document = some_record(random, 8);
        for (int k = 0; k < 5; ++k) one.keys.push_back(random() % 700);
        for (const std::uint64_t key : one.keys) by_key.emplace(key, number);
        documents[number] = one;
      } else {
        one.scope = random() % 2, one.id_hash = random() % 100,
        one.said = {static_cast<std::uint32_t>(random() % 9), random() % 50};
        by_id[{one.scope, one.id_hash}].push_back(one.said);
      }
      recent.add(number, std::move(one));
    }
    CHECK(recent.documents().size() == documents.size());
    CHECK(recent.bytes() > documents.size() * 100);
    for (std::uint64_t n = 0; n < number + 3; ++n) {
      const auto* kept = recent.find(n);
      const auto at = documents.find(n);
      REQUIRE((kept != nullptr) == (at != documents.end()));
      if (kept != nullptr) CHECK(same(kept->record, *at->second.document));
    }
    for (std::uint64_t key = 0; key < 705; ++key) {
      std::vector<std::uint64_t> found, wanted;
      recent.numbers(key, found);
      for (auto [at, end] = by_key.equal_range(key); at != end; ++at) wanted.push_back(at->second);
      CHECK(std::is_sorted(found.rbegin(), found.rend()));
      std::reverse(found.begin(), found.end());
      CHECK(found == wanted);
    }
    for (std::uint32_t scope = 0; scope < 3; ++scope)
      for (std::uint64_t id = 0; id < 102; ++id) {
        std::vector<id_entry> found{{1, 2}};
        recent.entries(scope, id, found);
        found.erase(found.begin());
        CHECK((found == by_id[{scope, id}]));
      }
    recent.clear();
    CHECK(recent.bytes() == 0);
    CHECK(recent.documents().empty());
    CHECK(recent.find(1) == nullptr);
  }
}
