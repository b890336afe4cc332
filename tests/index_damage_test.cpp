// SPDX-License-Identifier: Apache-2.0
// What verify() finds: of each of its checks, an index that only this check tells from a whole one.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>

#include "index_look.hpp"

using namespace index_twin;
using retold::table;

namespace {

// A copy of a folder, its tables changed behind the index's back; what opening and verify() say of it.
class damaging {
 public:
  using entry = std::pair<std::string, std::string>;
  using change = retold::index_store::change;

  explicit damaging(const temporary_folder& in) : whole_(in.path("whole")), there_(in.path("damaged")) {}

  std::string operator()(const std::function<void(const retold::index::state&, change&)>& damage) const {
    fs::remove_all(there_);
    fs::copy(whole_, there_, fs::copy_options::recursive);
    {
      const retold::index in(there_, small);
      change all(in.parts().store);
      damage(in.parts(), all);
      all.commit(false);
    }
    const look seen = look_at(there_);
    return seen.opening + seen.verify;
  }

  static entry first(const retold::index::state& in, table which, std::string_view from = {}) {
    entry out;
    in.store.each(which, from, [&](std::string_view key, std::string_view value) {
      out = {std::string(key), std::string(value)};
      return false;
    });
    return out;
  }

  std::string remove_first(table which) const {
    return (*this)([&](auto& in, change& c) { c.remove(which, first(in, which).first); });
  }
  std::string garbage_in_first(table which) const {
    return (*this)([&](auto& in, change& c) { c.put(which, first(in, which).first, "\xff\xff"); });
  }

  // Of the first entry of `default` that begins so; no value: without it.
  std::string meta(const std::string& prefix, const std::string& value) const {
    return (*this)([&](auto& in, change& c) {
      const entry found = first(in, table::meta, prefix);
      REQUIRE(found.first.starts_with(prefix));
      value.empty() ? c.remove(table::meta, found.first) : c.put(table::meta, found.first, value);
    });
  }

 private:
  std::string whole_, there_;
};

void has(const std::string& said, const std::string& part) {
  INFO(said);
  CHECK(said.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("index: verify() names what is missing and what is none") {
  const temporary_folder folder;
  make(folder.path("whole"));
  const damaging damaged(folder);
  CHECK(damaged([](auto&, auto&) {}) == "");
  has(damaged.remove_first(table::documents), "which is no document");
  has(damaged.remove_first(table::documents), "scope archive holds");
  has(damaged.remove_first(table::texts), "has lost its text");
  has(damaged.remove_first(table::postings), "postings: a run of");
  has(damaged.remove_first(table::filters), "a filter is not whole");
  has(damaged.garbage_in_first(table::documents), "documents: an entry that is none");
  has(damaged.garbage_in_first(table::postings), "postings: a chunk that is none");
  has(damaged.garbage_in_first(table::ids), "ids: an entry that is none");
  const auto waiting = [&](const std::function<std::uint64_t(std::uint64_t)>& number) {
    return damaged([&](auto& in, auto& c) { c.put(table::pending, retold::number_key(number(in.next_number)), "\xff\xff"); });
  };
  has(waiting([](std::uint64_t next) { return next; }), "damaged: an entry of its table \"pending\"");
  CHECK(waiting([](std::uint64_t next) { return next - 1; }) == "");  // left over: it is in the files
  has(damaged.meta("run/", ""), "lead to documents, not");
  has(damaged.meta("run/", "\xff"), "damaged: an entry of its table \"default\"");
  has(damaged.meta("count/", "7"), "not 7");
  has(damaged.meta("scope/", ""), "damaged: an entry of its table \"default\"");
  has(damaged.meta("made_with", "retold-index 99\nsignature 1\n"), "made by another version of retold (index format 99, ");
  has(damaged.meta("made_with", "nonsense"), "made by another version");
  has(damaged.meta("made_with", ""), "no index of retold");
  has(damaged.meta("flushed", "4611686018427387904"), "default: the next number is 4611686018427387904, which cannot be");
  has(damaged.meta("count/", ""), "scope archive holds");
  has(damaged([](auto&, auto& c) { c.put(table::removed, "none", ""); }), "removed: an entry that is none");
  has(damaged([](auto& in, auto& c) { c.put(table::meta, "count/" + retold::number_key(in.scopes.size()), "3"); }),
      "default: documents of scope 2, which is none");
  const std::string of_no_scope = damaged([](auto& in, auto& c) {
    const auto [key, value] = damaging::first(in, table::documents);
    auto record = retold::read_record(value, in.plan.slots()).value();
    record.scope = 400'000'000;
    c.put(table::documents, key, retold::write_record(record));
  });
  has(of_no_scope, "is of scope 400000000, which is none");
  has(of_no_scope, "scope archive holds");
}

// In our words, and without the advice to do what is being done.
TEST_CASE("index: verify() names the file whose bytes have changed") {
  const temporary_folder folder;
  make(folder.path("i"));
  const retold::index in(folder.path("i"), reading);  // with others a compaction may go on where it was: files come and go
  fs::path largest;
  for (const auto& each : fs::directory_iterator(folder.path("i")))
    if (each.path().extension() == ".sst" && (largest.empty() || fs::file_size(each.path()) > fs::file_size(largest)))
      largest = each.path();
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t at = 0; at < fs::file_size(largest); at += 64) file.seekp(static_cast<std::streamoff>(at)), file.put('?');
  file.close();
  const std::string said = joined(in.verify());
  has(said, "its file " + largest.filename().string() + " is not as it was written");
  for (const char* part : {"Corruption", "retold index verify", "checksum mismatch"})
    CHECK(said.find(part) == std::string::npos);
}

TEST_CASE("index: of a file that is gone, or whose end is another, the name is told") {
  const temporary_folder folder;
  make(folder.path("whole"));
  const std::string there = folder.path("damaged");
  for (const auto& each : fs::directory_iterator(folder.path("whole"))) {
    const std::string name = each.path().filename();
    if (each.path().extension() != ".sst") continue;
    const auto with = [&](const std::function<void(const fs::path&)>& damage) {
      fs::remove_all(there);
      fs::copy(folder.path("whole"), there, fs::copy_options::recursive);
      damage(fs::path(there) / name);
      const look seen = look_at(there);
      return seen.opening + seen.verify;
    };
    has(with([](const fs::path& file) { fs::remove(file); }), "its file " + name + " is missing");
    has(with([](const fs::path& file) { fs::resize_file(file, fs::file_size(file) - 1); }), "its file " + name + " is not as");
  }
}

// One of a merge that gives room to 2^60 postings would never end.
TEST_CASE("index: a run that cannot be is refused") {
  const temporary_folder folder;
  make(folder.path("whole"));
  const damaging damaged(folder);
  const auto with = [&](const std::function<void(retold::posting_run&)>& change) {
    return damaged([&](auto& in, auto& c) {
      const auto [key, value] = damaging::first(in, table::meta, "run/");
      auto run = retold::posting_run::read(0, value).value();
      change(run);
      c.put(table::meta, key, run.written());
    });
  };
  const std::string refused = "damaged: an entry of its table \"default\"";
  for (const unsigned bits : {63u, 60u, 45u, 30u}) {
    CAPTURE(bits);
    has(with([&](auto& run) { run.count = std::uint64_t{1} << bits; }), refused);
    has(with([&](auto& run) { run.count = std::uint64_t{1} << bits, run.filter_lines = 0; }), refused);
    has(with([&](auto& run) { run.filter_lines = std::uint64_t{1} << bits; }), refused);
  }
  has(with([](auto& run) { run.last = run.first - 1; }), refused);
  has(with([](auto& run) { --run.filter_lines; }), refused);
  has(with([](auto& run) { ++run.filter_lines; }), "a filter is not whole");
  has(with([](auto& run) { --run.count; }), "postings: a run of ");
  CHECK(with([](auto& run) { run.filter_lines = 0; }) == "");
}

TEST_CASE("index: verify() compares what stories have with the articles") {
  const temporary_folder folder;
  make(folder.path("whole"), {.level = retold::level::story});
  const damaging damaged(folder);
  using change = damaging::change;
  // The first entry that is such, and one made of it.
  const auto where = [](const retold::index::state& in, table which, const auto& is_such) {
    damaging::entry out;
    in.store.each(which, {}, [&](std::string_view key, std::string_view value) {
      if (is_such(key, value)) out = {std::string(key), std::string(value)};
      return out.first.empty();
    });
    REQUIRE(!out.first.empty());
    return out;
  };
  const auto story = [](std::string_view, std::string_view value) { return retold::filed_story_from(value)->is.size > 1; };
  const auto with_story = [&](const std::function<void(retold::story_members&)>& work) {
    return damaged([&](auto& in, change& c) {
      const auto [key, value] = where(in, table::stories, story);
      const auto filed = retold::filed_story_from(value).value();
      retold::story_members now = filed.is;
      work(now);
      c.put(table::stories, key, value.substr(0, value.size() - retold::to_bytes(filed.is).size()) + retold::to_bytes(now));
    });
  };
  CHECK(damaged([](auto&, auto&) {}) == "");
  has(damaged.remove_first(table::articles), "articles: 1 documents have lost what stories have of them");
  has(damaged.garbage_in_first(table::articles), "articles: an entry that is none");
  has(damaged([](auto& in, change& c) {
        c.put(table::articles, retold::number_key(9999), damaging::first(in, table::articles).second);
      }),
      "articles: number 9999 is no document");

  has(damaged.remove_first(table::stories), "stories: 1 have articles, but no entry");
  has(damaged.garbage_in_first(table::stories), "stories: an entry that is none");
  has(with_story([](auto& s) { ++s.size; }), "articles, not");
  has(with_story([](auto& s) { s.members.back() = 9999; }), "compares with number 9999, which is no article of it");
  has(damaged.meta("stories", "7"), ", not 7");
  const std::string of_another = damaged([&](auto& in, change& c) {
    const auto [key, value] = where(in, table::stories, story);
    const auto other = where(in, table::stories, [&, own = key](auto k, auto v) { return k != own && story(k, v); });
    auto filed = retold::filed_story_from(value).value();
    const std::string head = value.substr(0, value.size() - retold::to_bytes(filed.is).size());
    filed.is.members = {retold::filed_story_from(other.second)->is.members.back()};
    c.put(table::stories, key, head + retold::to_bytes(filed.is));
  });
  has(of_another, "which is no article of it, or a copy");

  const std::string a_copy = damaged([](auto& in, change& c) {
    const auto [key, value] = damaging::first(in, table::articles);
    auto article = retold::filed_article_from(value).value();
    const std::string head = value.substr(0, value.size() - retold::to_bytes(article.is).size());
    REQUIRE(!std::exchange(article.is.copy, true));
    c.put(table::articles, key, head + retold::to_bytes(article.is));
  });
  has(a_copy, "which is no article of it, or a copy");

  const std::string other_terms = "terms: not those by which the articles are found";
  has(damaged([](auto&, change& c) { c.put(table::terms, retold::term_key(0, 12345, 9999), ""); }),
      "terms: an entry leads to number 9999, which is no document");
  has(damaged([](auto&, change& c) { c.put(table::terms, "none", ""); }), "terms: an entry that is none");
  has(damaged.garbage_in_first(table::terms), "terms: an entry that is none");
  has(damaged.remove_first(table::terms), other_terms);
  has(damaged([](auto& in, change& c) {  // as many as before, all of them documents
        const std::string key = damaging::first(in, table::terms).first;
        c.remove(table::terms, key);
        c.put(table::terms, retold::term_key(0, 12345, retold::document_in(key).value()), "");
      }),
      other_terms);

  const std::string other_counts = "frequencies: not those of the articles";
  has(damaged.garbage_in_first(table::frequencies), "frequencies: an entry that is none");
  has(damaged.remove_first(table::frequencies), other_counts);
  for (const int more : {-1, 1})
    has(damaged([&](auto& in, change& c) {
          const auto [key, value] = where(in, table::frequencies, [](auto, auto v) { return v.size() == 1 && v[0] > 1; });
          c.put(table::frequencies, key, std::string(1, static_cast<char>(value[0] + more)));
        }),
        other_counts);
}
