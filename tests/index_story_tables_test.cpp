// SPDX-License-Identifier: Apache-2.0
// Stories of several scopes in the tables of an index: who is decided by whom, merged crosswise, removed when a table is
// damaged.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "index_twin.hpp"
#include "message_of.hpp"
#include "read_files.hpp"
#include "slowness.hpp"

using namespace index_twin;
using retold::index_status;
using retold::table;

namespace {

constexpr std::uint64_t seeds = slowness == 1 ? 3 : 1;
const retold::index_options told{.level = retold::level::story};
const retold::index_setup small{.memory = 32 << 20, .threads = 1};

// Articles of a few events: each has the names of its event, some words that are often told of it, and many of its own. They
// join its story, as many as come.
class events {
 public:
  explicit events(std::uint64_t seed, std::uint64_t own = 10) : random_(seed), own_(own) {}

  record next(std::uint64_t event) {
    std::string text;
    for (std::uint64_t name = 0; name < 9; ++name) text += word(event * 100 + name) + ' ';
    for (int i = 0; i < 5; ++i) text += word(event * 100 + 10 + below(20)) + ' ';
    for (std::uint64_t i = 0; i < own_; ++i) text += word(1'000'000 + words_++) + (i % 3 == 0 ? ". " : ", ");
    return {"n-" + std::to_string(++articles_), text};
  }
  record copy(const record& of) { return {"n-" + std::to_string(++articles_), "Updated. " + of.text + " Correction."}; }
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

 private:
  static std::string word(std::uint64_t number) {
    std::string out;
    for (std::uint64_t bits = retold::mix64(number + 1); out.size() < 9; bits /= 26) out += static_cast<char>('a' + bits % 26);
    return out;
  }
  std::mt19937_64 random_;
  std::uint64_t own_, words_ = 0, articles_ = 0;
};

// What is told of a record, but for numbers.
std::string told_of(const retold::index_verdict& v) {
  return std::to_string(static_cast<int>(v.status)) + ' ' + v.of + ' ' + std::to_string(v.similarity) + ' ' + v.story;
}
std::string told_of(const std::vector<retold::index_match>& all) {
  std::string out;
  for (const retold::index_match& m : all)
    out += std::to_string(static_cast<int>(m.status)) + ' ' + m.id + ' ' + std::to_string(m.similarity) + ' ' + m.story + '\n';
  return out;
}

retold::index_verdict added(retold::index& to, const record& is, const retold::index_scopes& where) {
  return to.add(views({is}), where, 1).front();
}

std::string summary(const retold::index& in) { return std::to_string(in.stats().stories) + ' ' + joined(in.verify()); }

}  // namespace

TEST_CASE("index: a story is found in the scopes searched, however many articles others have added to it") {
  const temporary_folder folder;
  retold::index both(folder.path("both"), told, small), alone(folder.path("alone"), told, small);
  both.parts().run_bytes = alone.parts().run_bytes = 20'000;
  events from(1);
  const retold::index_scopes own{.into = "own"}, other{.into = "other", .search_all = true};
  const auto add_to_both = [&](const record& is) {
    const auto verdict = added(both, is, own);
    CHECK(told_of(verdict) == told_of(added(alone, is, own)));
    return verdict;
  };
  for (std::uint64_t event = 100; event < 300; ++event) added(both, from.next(event), other);
  for (std::uint64_t event = 300; event < 340; ++event) add_to_both(from.next(event));
  const record first = from.next(4);
  CHECK(add_to_both(first).status == index_status::fresh);
  CHECK(add_to_both(from.next(4)).story == first.id);
  for (int i = 0; i < 40; ++i) CHECK(added(both, from.next(4), other).story == first.id);
  const record late = from.next(4);
  const auto verdict = add_to_both(late);
  CHECK(verdict.status == index_status::story);
  CHECK(verdict.story == first.id);
  const std::vector<std::string> where{"own"};
  const record question = from.next(4);
  CHECK(both.query(question.view(), where).size() == 1);
  CHECK(told_of(both.query(question.view(), where)) == told_of(alone.query(question.view(), where)));
  CHECK(both.query(late.view(), where).front().story == first.id);
  CHECK(both.stats().stories == 241);
  CHECK(joined(both.verify()) == "");
}

TEST_CASE("index: what is told in a scope is what is told where the others never were") {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    const temporary_folder folder;
    retold::index both(folder.path("both"), told, small), alone(folder.path("alone"), told, small);
    both.parts().run_bytes = 30'000, alone.parts().run_bytes = 50'000;
    events from(seed, 4);
    std::vector<record> there;
    for (int i = 0; i < 400; ++i) {
      const bool is_own = from.below(3) == 0;
      record is = !there.empty() && from.below(8) == 0 ? from.copy(there[from.below(there.size())])
                                                       : from.next(from.below(4) == 0 ? 0 : 1 + from.below(90));
      there.push_back(is);
      const auto verdict = added(both, is, {.into = is_own ? "own" : "other", .search_all = !is_own});
      if (is_own) CHECK(told_of(verdict) == told_of(added(alone, is, {.into = "own"})));
      if (from.below(15) == 0) {
        const std::vector<std::string> gone{there[from.below(there.size())].id};
        both.remove(gone), alone.remove(gone);
      }
      if (from.below(15) == 0) {
        const record question = from.next(from.below(2));
        const std::vector<std::string> where{"own"};
        CHECK(told_of(both.query(question.view(), where)) == told_of(alone.query(question.view(), where)));
      }
    }
    CHECK(joined(both.verify()) == "");
  }
}

TEST_CASE("index: long stories of several scopes are those of one that goes through all") {
  std::uint64_t longest = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    const temporary_folder folder;
    auto made = std::make_unique<retold::index>(folder.path("i"), told, small);
    twin by_hand(told);
    events from(22 - seed, 4);  // the first has the longest
    static const std::string scopes[] = {"default", "archive", "wire"};
    for (int i = 0; i < 420; ++i) {
      made->parts().run_bytes = 30'000;
      const std::vector<record> one{from.next(from.below(4) == 0 ? 0 : 1 + from.below(90))};
      retold::index_scopes where{.into = scopes[from.below(5) % 3], .search_all = from.below(2) == 0};
      if (from.below(2) == 0) where.search = {"wire"};
      REQUIRE(shown(made->add(views(one), where, i)) == shown(by_hand.add(one, where, i)));
      if (i % 30 == 29) {
        std::vector<std::string> gone;
        for (int n = 0; n < 4; ++n) gone.push_back("n-" + std::to_string(from.below(i)));
        const std::vector<std::string> of{scopes[from.below(3)]};
        CHECK(made->remove(gone, of) == by_hand.remove(gone, of));
      }
      if (i % 50 == 49) made->compact();
      if (i % 60 == 59) {
        made.reset();
        made = std::make_unique<retold::index>(folder.path("i"), small);
      }
      for (const auto& [place, story] : by_hand.stories) longest = std::max(longest, story.is.size);
    }
    CHECK(difference(everything_of(*made), everything_of(by_hand)) == "");
    CHECK(joined(made->verify()) == "");
    for (const std::string& scope : scopes) {  // a story ends with its last article, of whatever scope
      const std::vector<std::string> of{scope};
      CHECK(made->expire(1'000'000, of) == by_hand.expire(1'000'000, of));
      std::set<std::uint64_t> left;
      for (const auto& [place, story] : by_hand.stories) left.insert(place.first);
      CHECK(summary(*made) == std::to_string(left.size()) + ' ');
    }
    CHECK(made->stats().documents == 0);
  }
  CHECK(longest > 40);  // or no member has been pushed out
}

TEST_CASE("index: verify() compares what each scope has of a story") {
  const temporary_folder folder;
  retold::index made(folder.path("i"), told, small);
  events from(80);
  for (std::uint64_t event = 100; event < 140; ++event) added(made, from.next(event), {.into = "default"});
  const record first = from.next(4);
  const retold::index_scopes archive{.into = "archive", .search_all = true};
  REQUIRE(added(made, first, {.into = "default"}).number == 41);
  REQUIRE(added(made, from.next(4), archive).story == first.id);
  const retold::index_store& store = made.parts().store;
  const auto with = [&](table in, const std::string& key, const std::string& value) {
    const auto put = [&](const std::string& now) {
      retold::index_store::change change(made.parts().store);
      change.put(in, key, now);
      change.commit(false);
    };
    const std::string was = store.get(in, key).value();
    put(value);
    const std::string said = joined(made.verify());
    put(was);
    return said;
  };
  const auto has = [](const std::string& said, const std::string& part) {
    INFO(said);
    CHECK(said.find(part) != std::string::npos);
  };
  const std::string ours = retold::story_key({41, 0}), theirs = retold::story_key({41, 1});
  const std::string article = retold::number_key(42), record = store.get(table::articles, article).value();
  const std::string of_opener = store.get(table::stories, ours).value(), name = first.id;
  has(with(table::stories, theirs, of_opener),
      "stories: that of " + name + " compares with number 41, which is no article of it");
  has(with(table::stories, theirs, "\1x" + store.get(table::stories, theirs)->substr(1 + name.size())),
      "stories: that of " + name + " is that of x in another scope");
  has(with(table::stories, ours, of_opener.substr(0, 1 + name.size()) + std::string(2, '\0')),
      "stories: an entry that is none");
  has(with(table::articles, article, '\0' + record.substr(1)), "articles: number 42 is of another scope than its document");
  CHECK(joined(made.verify()) == "");
}

// Each is merged into the other, each time as if its documents came one after the other, in the scopes they have.
TEST_CASE("index: merged crosswise, with scopes of the same names") {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    const temporary_folder folder;
    struct side {
      retold::index is;
      twin by_hand{told};
    };
    side sides[] = {{{folder.path("a"), told, small}}, {{folder.path("b"), told, small}}};
    events from(seed + 40);
    static const std::string scopes[] = {"default", "archive", "wire"};
    std::vector<record> there;
    for (int i = 0; i < 120; ++i) {
      side& to = sides[from.below(2)];
      to.is.parts().run_bytes = 25'000;
      const bool known = !there.empty() && from.below(6) == 0;  // to the other, or here
      const std::vector<record> one{known ? there[from.below(there.size())] : from.next(from.below(5))};
      there.push_back(one.front());
      const retold::index_scopes where{.into = scopes[from.below(3)], .search_all = from.below(2) == 0};
      CHECK(shown(to.is.add(views(one), where, 9)) == shown(to.by_hand.add(one, where, 9)));
      if (i % 30 == 29) {
        const std::vector<std::string> gone{there[from.below(there.size())].id, there[from.below(there.size())].id};
        CHECK(to.is.remove(gone) == to.by_hand.remove(gone));
      }
    }
    for (const std::size_t into : {1u, 0u, 1u, 0u}) {  // B takes A in, A takes B in, and both again
      side &to = sides[into], &other = sides[1 - into];
      std::uint64_t fresh = 0;
      for (const auto& [number, k] : std::map(other.by_hand.documents))
        for (const auto& v : to.by_hand.add({k.is}, {.into = other.by_hand.scopes[k.scope]}, 9))
          fresh += !v.repeated && (v.status == index_status::fresh || v.status == index_status::story);
      CHECK(to.is.merge(other.is) == fresh);
      CHECK(difference(everything_of(to.is), everything_of(to.by_hand)) == "");
      CHECK(joined(to.is.verify()) == "");
    }
    for (side& each : sides) {
      each.is.compact();
      CHECK(difference(everything_of(each.is, true), everything_of(each.by_hand)) == "");
    }
  }
}

// All or nothing: once the file is back, all is there, and goes.
TEST_CASE("index: what cannot be removed, since a table is damaged, stays whole") {
  const temporary_folder folder;
  const std::string whole = folder.path("whole"), copy = folder.path("copy");
  events from(60);
  everything before;
  {
    retold::index made(whole, told, small);
    for (int i = 0; i < 150; ++i) added(made, from.next(from.below(9)), {.into = i % 3 ? "default" : "archive"});
    made.compact();
    before = everything_of(made);
  }
  std::map<std::string, int> damaged;
  for (const auto& each : fs::directory_iterator(whole)) {
    const std::string name = each.path().filename(), bytes = contents(each.path());
    if (!name.ends_with(".sst")) continue;
    for (const table which : {table::documents, table::articles, table::stories, table::frequencies}) {
      const std::size_t said = bytes.rfind("column.family.id");  // behind it, among the properties of the file, is the name
      if (said == std::string::npos || bytes.substr(said, 60).find(name_of(which)) == std::string::npos) continue;
      CAPTURE(std::string(name_of(which)));
      ++damaged[name_of(which)];
      fs::remove_all(copy);
      fs::copy(whole, copy, fs::copy_options::recursive);
      std::string other = bytes;
      other[40] = static_cast<char>(other[40] ^ 0x10);
      fs::remove(copy + '/' + name);
      std::ofstream(copy + '/' + name, std::ios::binary) << other;
      for (int again = 0; again < 2; ++again) {
        retold::index in(copy, small);
        CHECK(in.stats().documents == 150);
        CHECK(message_of([&] { in.expire(1'000'000); }, retold::error_kind::input).starts_with(copy + ": damaged: "));
        CHECK(in.stats().documents == 150);
      }
      fs::copy_file(whole + '/' + name, copy + '/' + name, fs::copy_options::overwrite_existing);
      retold::index in(copy, small);
      CHECK(difference(everything_of(in), before) == "");
      CHECK(joined(in.verify()) == "");
      CHECK(in.expire(1'000'000) == 150);
      CHECK(summary(in) == "0 ");
    }
  }
  CHECK(damaged.size() == 4);
}
