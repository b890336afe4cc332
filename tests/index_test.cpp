// SPDX-License-Identifier: Apache-2.0
#include "retold/index.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <thread>

#include "index_steps.hpp"
#include "message_of.hpp"
#include "read_files.hpp"
#include "retold/dedup.hpp"
#include "slowness.hpp"

using namespace index_twin;
using retold::index_options;
using retold::index_scopes;
using retold::index_setup;
using retold::index_status;

namespace {

constexpr std::uint64_t small_runs = 60'000;  // some hundred documents

std::unique_ptr<retold::index> open(const std::string& folder, const index_options& options, unsigned threads = 1,
                                    std::uint64_t run_bytes = small_runs) {
  auto out = std::make_unique<retold::index>(folder, options, index_setup{.memory = 32 << 20, .threads = threads});
  out->parts().run_bytes = run_bytes;
  return out;
}

index_scopes some_scopes(source& from) {
  static const std::string names[] = {"default", "archive", "ночь"};
  index_scopes out{.into = names[from.below(3)]};
  out.search_all = from.below(3) == 0;
  if (from.below(2) == 0) out.search = {names[from.below(3)], "nowhere"};
  return out;
}

void check_answers(const retold::index& made, twin& by_hand, source& from) {
  for (int i = 0; i < 30; ++i) {
    const std::string text = from.text(), id = from.id();
    const std::vector<std::string> where =
        from.below(2) == 0 ? std::vector<std::string>{} : std::vector<std::string>{"archive", "no"};
    CHECK(joined(shown(made.query(text, where))) == joined(shown(by_hand.query(text, where))));
    CHECK(joined(shown(made.find(id, where))) == joined(shown(by_hand.find(id, where))));
  }
}

void check_same(const retold::index& made, const twin& by_hand, bool swept = false) {
  CHECK(difference(everything_of(made, swept), everything_of(by_hand)) == "");
  CHECK(joined(made.verify()) == "");
  const auto stats = made.stats();
  CHECK(stats.documents == by_hand.documents.size());
  CHECK(stats.next_number == by_hand.next_number);
  CHECK(stats.last_arrival == by_hand.last_arrival);
  std::uint64_t removed = 0;
  made.parts().store.each(retold::table::removed, {}, [&](auto, auto) { return ++removed, true; });
  CHECK(stats.removed == removed);
  if (swept) CHECK(removed == 0);
}

}  // namespace

TEST_CASE("index: what was added is found again") {
  const temporary_folder folder;
  {
    retold::index seen(folder.path("seen"), index_options{});
    const retold::index_entry one[] = {{.id = "a", .text = "the quick brown fox jumps over the lazy dog"}};
    CHECK(seen.add(one).front().status == index_status::fresh);
  }
  retold::index again(folder.path("seen"));
  CHECK(again.query("The quick brown fox jumps over the lazy dog!").size() == 1);
}

TEST_CASE("index: the twin says the same, however records are cut into batches, on any number of threads, opened anew or not") {
  struct {
    index_options options;
    std::size_t batch;
    unsigned threads;
    std::uint64_t run_bytes;
    bool scoped;
  } const ways[] = {
      {{}, 1, 1, small_runs, false},
      {{.store_text = true}, 7, 2, small_runs, true},
      {{.threshold = 0.5, .shingle = {.unit = retold::shingle_unit::character, .size = 5}, .slots = 64}, 150, 4, 1, true},
      {{.threshold = 0.6, .slots = 200, .recall = 0.8, .store_text = true}, 2, 1, 20'000, false},
      {{.level = retold::level::exact}, 7, 4, small_runs, true},
      {{.threshold = 1.0, .store_text = true}, 1000, 4, 1 << 30, true},
      {{.level = retold::level::story}, 7, 2, small_runs, false},
      {{.level = retold::level::story, .threshold = 0.6, .store_text = true, .window_days = 0, .story_threshold = 0.1},
       100,
       4,
       30'000,
       true},
  };
  std::uint64_t seed = 0;
  for (const auto& way : ways) {
    CAPTURE(seed);
    const temporary_folder folder;
    source from(++seed);
    if (sanitizers == "thread" && way.threads == 1) continue;
    twin by_hand(way.options);
    auto made = open(folder.path("i"), way.options, way.threads, way.run_bytes);
    std::int64_t now = 1000;
    for (std::size_t done = 0; done < (slowness == 1 ? 900 : 300);) {
      const auto records = from.some(std::min<std::size_t>(way.batch, 1 + from.below(2 * way.batch)));
      const index_scopes where = way.scoped ? some_scopes(from) : index_scopes{};
      now += static_cast<std::int64_t>(from.below(20)) - 8;  // a clock that jumps back
      REQUIRE(joined(shown(made->add(views(records), where, now))) == joined(shown(by_hand.add(records, where, now))));
      done += records.size();
      if (from.below(300) < way.batch) made.reset(), made = open(folder.path("i"), way.options, way.threads, way.run_bytes);
    }
    check_same(*made, by_hand);
    check_answers(*made, by_hand, from);
  }
}

namespace {

// Every byte of every table, and what waits in memory to get there.
std::vector<std::string> all_bytes(const retold::index& of) {
  std::vector<std::string> out;
  for (std::size_t t = 0; t < retold::tables; ++t)
    of.parts().store.each(static_cast<retold::table>(t), {}, [&](std::string_view key, std::string_view value) {
      out.push_back(std::to_string(t) + ' ' + std::string(key) + ' ' + std::string(value));
      return true;
    });
  return out;
}

std::vector<retold::index_verdict> add_in_batches(retold::index& to, const std::vector<record>& records, std::size_t batch,
                                                  std::int64_t now = 5) {
  std::vector<retold::index_verdict> out;
  for (std::size_t i = 0; i < records.size(); i += batch) {
    const std::vector<record> some(records.begin() + static_cast<std::ptrdiff_t>(i),
                                   records.begin() + static_cast<std::ptrdiff_t>(std::min(records.size(), i + batch)));
    for (auto& verdict : to.add(views(some), {}, now)) out.push_back(std::move(verdict));
  }
  return out;
}

}  // namespace

TEST_CASE("index: feeding any prefix again changes nothing and gives the same answers") {
  for (const auto& options :
       {index_options{}, index_options{.store_text = true}, index_options{.level = retold::level::story}}) {
    const temporary_folder folder;
    source from(11 + options.store_text);
    const auto records = from.some(500);
    auto made = open(folder.path("i"), options, 2, 50'000);
    const auto answers = add_in_batches(*made, records, 45);
    made.reset(), made = open(folder.path("i"), options, 2, 50'000);  // closed, it writes what waited
    const auto before = all_bytes(*made);
    const auto stats = made->stats();
    for (const std::size_t prefix : {1, 44, 45, 46, 300, 500}) {
      if (prefix == 300) made.reset(), made = open(folder.path("i"), options, 4, 50'000);
      const std::vector<record> some(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(prefix));
      // Those without an id cannot be known again: they are copies of themselves.
      const auto again = add_in_batches(*made, some, prefix == 500 ? 7 : 1000, 99);
      for (std::size_t i = 0; i < prefix; ++i) {
        const bool named = !records[i].id.empty();
        CHECK(again[i].number == answers[i].number);
        CHECK(again[i].story == answers[i].story);
        CHECK(again[i].repeated == named);
        CHECK(!again[i].changed_id);
        const bool kept = answers[i].status == index_status::fresh || answers[i].status == index_status::story;
        if (!named && kept && answers[i].number != 0) {
          CHECK(again[i].status == index_status::exact);
          continue;
        }
        CHECK(again[i].status == answers[i].status);
        CHECK(again[i].of == answers[i].of);
        CHECK(again[i].similarity == answers[i].similarity);
      }
    }
    CHECK((all_bytes(*made) == before));
    CHECK(made->stats().last_arrival == stats.last_arrival);
    CHECK(made->stats().next_number == stats.next_number);
    CHECK(joined(made->verify()) == "");
  }
}

TEST_CASE("index: appended to or built at once, after compact() it is the same") {
  for (const auto& options :
       {index_options{}, index_options{.store_text = true}, index_options{.level = retold::level::story}}) {
    const temporary_folder folder;
    source from(21 + options.store_text);
    const auto records = from.some(slowness == 1 ? 800 : 400);
    auto grown = open(folder.path("grown"), options, 1, 20'000);
    for (std::size_t i = 0; i < records.size(); i += 100) {
      add_in_batches(*grown,
                     {records.begin() + static_cast<std::ptrdiff_t>(i), records.begin() + static_cast<std::ptrdiff_t>(i) + 100},
                     1 + i / 20);
      grown.reset(), grown = open(folder.path("grown"), options, 1, 20'000);
      if (i == 300) grown->compact();
    }
    auto built = open(folder.path("built"), options, 4, 1 << 30);
    built->add(views(records), {}, 5);
    grown->compact();
    built->compact();
    CHECK(grown->parts().runs()->size() == 1);
    CHECK(difference(everything_of(*grown, true), everything_of(*built, true)) == "");
    for (const retold::table which : {retold::table::documents, retold::table::ids, retold::table::texts,
                                      retold::table::frequencies, retold::table::articles, retold::table::stories}) {
      std::vector<std::string> a, b;
      for (auto* lines : {&a, &b})
        (lines == &a ? *grown : *built).parts().store.each(which, {}, [&](std::string_view key, std::string_view value) {
          lines->push_back(std::string(key) + std::string(value));
          return true;
        });
      CHECK((a == b));
    }
    CHECK(joined(grown->verify()) == "");
  }
}

TEST_CASE("index: the decisions of dedup over the same texts in the same order") {
  struct {
    index_options options;
    std::size_t records;
    std::uint64_t run_bytes;
  } const ways[] = {{{}, 1500, 100'000},
                    {{.threshold = 0.5, .slots = 64, .store_text = true}, 1500, 40'000},
                    {{.threshold = 0.6, .shingle = {.unit = retold::shingle_unit::character, .size = 4}}, 800, 1 << 30},
                    {{.level = retold::level::exact}, 1000, 10'000},
                    {{.store_text = true}, 16'000, 1 << 20}};  // several runs, merged
  std::uint64_t seed = 30;
  for (const auto& way : ways) {
    const temporary_folder folder;
    source from(++seed, way.records > 10'000 ? way.records : way.records / 10);
    std::vector<record> records;
    std::vector<std::string_view> texts;
    const std::size_t less = slowness == 1 ? 1 : 4;
    while (records.size() < way.records / less) records.push_back({"", from.text(), {}});
    for (const record& r : records) texts.push_back(r.text);
    const auto decided =
        retold::dedup(texts, {.level = way.options.level,
                              .threshold = way.options.threshold,
                              .shingle = way.options.shingle,
                              .slots = way.options.slots,
                              .recall = way.options.recall,
                              .verify = way.options.store_text ? retold::verification::exact : retold::verification::sketch});
    auto made = open(folder.path("i"), way.options, 2, way.run_bytes / less);
    const auto verdicts = add_in_batches(*made, records, 333);
    std::map<std::uint64_t, std::size_t> kept;
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto& v = verdicts[i];
      if (v.status == index_status::fresh) kept[v.number] = i;
      CHECK((v.status == index_status::fresh) == (decided[i].of == i));
      if (decided[i].of == i) continue;
      CHECK(kept[v.number] == decided[i].of);
      CHECK((v.status == index_status::exact) == decided[i].exact);
      CHECK(v.similarity == decided[i].similarity);
    }
    if (way.records > 10'000) CHECK(made->parts().next_run > 4);
    CHECK(joined(made->verify()) == "");
  }
}

TEST_CASE("index: removal, expiry and compact() as in the twin; nothing stays of what is gone") {
  for (std::uint64_t seed = 40; seed < 46; seed += slowness == 1 ? 1 : 5) {
    CAPTURE(seed);
    const temporary_folder folder;
    source from(seed);
    index_options options{.threshold = 0.7};
    options.store_text = seed % 2 == 0;
    if (seed >= 44) options.level = retold::level::story;
    twin by_hand(options);
    auto made = open(folder.path("i"), options, 1 + seed % 3, 15'000);
    retold::index_store::snapshot looking;                                              // as a query does that takes its time
    if (seed == 45) by_hand.next_number = made->parts().next_number = (2 << 20) - 150;  // generations of frequencies end
    for (std::uint64_t number = 0; number < 60; ++number) {
      CAPTURE(number);
      const step s = step_of(from, number, 40);
      REQUIRE(outcome_of(s, *made) == outcome_of(s, by_hand));
      if (s.kind == step::compact) check_same(*made, by_hand, true);
      if (number % 13 == 6) looking = made->parts().store.take_snapshot();
      if (number % 13 == 12) looking.reset(), made.reset(), made = open(folder.path("i"), options, 1, 15'000);
      if (number % 10 == 0) check_same(*made, by_hand), check_answers(*made, by_hand, from);
    }
    made->compact();
    looking.reset();
    check_same(*made, by_hand, true);
    check_answers(*made, by_hand, from);
    by_hand.expire(1 << 30), made->expire(1 << 30);
    CHECK(made->stats().documents == 0);
    CHECK(made->stats().removed > 0);
    made->compact();
    check_same(*made, by_hand, true);
    CHECK(everything_of(*made, true).postings.empty());
    CHECK(made->remove(std::vector<std::string>{"a-1", "#3", ""}) == 0);
  }
}

TEST_CASE("index: compact() sweeps out what is gone though a query looks on meanwhile") {
  for (const auto level : {retold::level::exact, retold::level::near, retold::level::story}) {
    CAPTURE(name(level));
    const temporary_folder folder;
    const index_options options{.level = level};
    twin by_hand(options);
    const auto made = open(folder.path("i"), options);
    const auto add = [&](const std::string& id, const std::string& text) {
      const std::vector<record> one{{.id = id, .text = text}};
      CHECK(joined(shown(made->add(views(one), {}, 5))) == joined(shown(by_hand.add(one, {}, 5))));
    };
    const auto remove = [&](const std::string& id) {
      const std::vector<std::string> ids{id};
      CHECK(made->remove(ids) == by_hand.remove(ids, {}));  // writes a run first
    };
    const std::string harbour = "the old harbour of the town will be dredged in the coming spring",
                      orchard = "pears and apples of the orchard behind the mill are ripe this week";
    add("a", harbour), add("c", orchard), add("b", orchard);
    remove("nobody");
    auto looking = made->parts().store.take_snapshot();
    add("b", harbour);  // what is said of b lies on either side of the snapshot
    remove("a");
    made->compact();
    check_same(*made, by_hand, true);
    looking.reset();
    made->compact();
    check_same(*made, by_hand, true);
    remove("c");
    looking = made->parts().store.take_snapshot();
    made->compact();
    looking.reset();
    check_same(*made, by_hand, true);
    CHECK(made->stats().documents == 0);
  }
}

TEST_CASE("index: merged, it is what adding the other's documents one after the other makes") {
  for (const auto& options : {index_options{.threshold = 0.7}, index_options{.threshold = 0.7, .store_text = true},
                              index_options{.level = retold::level::story, .threshold = 0.7}}) {
    CAPTURE(static_cast<int>(options.level));
    const temporary_folder folder;
    source from(61);
    auto other = open(folder.path("other"), options, 2, 15'000), into = open(folder.path("into"), options, 2, 20'000),
         by_hand = open(folder.path("by_hand"), options, 1, 1 << 30);
    std::vector<record> records = from.some(400);
    for (record& r : records) r.date = static_cast<std::int64_t>(from.below(10 * 86400));
    std::map<std::uint64_t, record> kept;
    const auto verdicts = add_in_batches(*other, records, 37, 9);
    for (std::size_t i = 0; i < records.size(); ++i)
      if (verdicts[i].number != 0) kept.try_emplace(verdicts[i].number, records[i]);
    std::vector<std::string> gone;
    for (int i = 0; i < 60; ++i) gone.push_back(from.id());
    CHECK(other->remove(gone) > 10);
    std::vector<record> living;
    for (const auto& [number, r] : kept) {
      const std::string name = r.id.empty() ? '#' + std::to_string(number) : r.id;
      if (std::find(gone.begin(), gone.end(), name) == gone.end()) living.push_back(r);
    }
    REQUIRE(living.size() == other->stats().documents);
    const auto before = from.some(100);
    add_in_batches(*into, before, 10), add_in_batches(*by_hand, before, 10);
    std::uint64_t added = 0;
    for (const auto& v : add_in_batches(*by_hand, living, 1, 9))
      added += !v.repeated && (v.status == index_status::fresh || v.status == index_status::story);
    CHECK(into->merge(*other) == added);
    CHECK(into->merge(*other) == 0);
    CHECK(other->stats().last_arrival == 9);
    CHECK(into->stats().last_arrival >= other->stats().last_arrival);
    CHECK(joined(into->verify()) == "");
    const auto a = everything_of(*into), b = everything_of(*by_hand);
    CHECK((a.documents == b.documents));
    CHECK((a.sayings == b.sayings));
    CHECK((a.postings == b.postings));
    CHECK((a.texts == b.texts));
    CHECK((a.stories == b.stories));
    CHECK(a.stories.empty() == (options.level != retold::level::story));
  }
}

TEST_CASE("index: what cannot be read again after a failure is not written over") {
  const temporary_folder folder;
  source from(71);
  const auto records = from.some(20);
  std::string before;
  {
    auto made = open(folder.path("i"), {});
    made->add(views(records), {}, 5);
    retold::index::state& in = made->parts();
    before = joined(everything_of(*made).documents);
    const std::string key = retold::number_key(4), was = in.store.get(retold::table::pending, key).value();
    const auto put = [&](const std::string& value) {
      retold::index_store::change change(in.store);
      change.put(retold::table::pending, key, value);
      change.commit(false);
    };
    put("no record");
    CHECK(message_of([&] { in.load(); }, retold::error_kind::input).find("damaged: an entry of its table \"pending\"") !=
          std::string::npos);
    put(was);  // it was the disk, for a moment
    const std::string refusal = folder.path("i") + ": could not be read again after a failure; open it anew";
    CHECK(message_of([&] { made->add(views(records), {}, 6); }, retold::error_kind::input) == refusal);
    CHECK(message_of([&] { made->remove(std::vector<std::string>{"a-1"}); }, retold::error_kind::input) == refusal);
    CHECK(message_of([&] { made->compact(); }, retold::error_kind::input) == refusal);
  }
  {
    const auto again = open(folder.path("i"), {});
    CHECK(joined(everything_of(*again).documents) == before);
    CHECK(joined(again->verify()) == "");
    const std::string scope = "scope/" + retold::number_key(0);
    const auto put = [&](const std::string& key, const std::string& value) {
      retold::index_store::change change(again->parts().store);
      value.empty() ? change.remove(retold::table::meta, key) : change.put(retold::table::meta, key, value);
      change.commit(false);
    };
    put(scope, ""), put("scope/" + retold::number_key(9), "none");
    CHECK(message_of([&] { again->parts().load(); }, retold::error_kind::input) != "no error");
    put(scope, "default"), put("scope/" + retold::number_key(9), "");
    CHECK(message_of([&] { again->add(views(records), {.into = "third"}, 6); }, retold::error_kind::input).ends_with("anew"));
  }
  CHECK(joined(everything_of(*open(folder.path("i"), {})).documents) == before);
}

TEST_CASE("index: what it is asked for wrongly it says") {
  const temporary_folder folder;
  const auto refused = [&](const index_options& options, const index_setup& setup = {}) {
    return message_of([&] { retold::index(folder.path("no"), options, setup); });
  };
  CHECK(refused({.level = retold::level::story, .story_threshold = -0.1}) == "story threshold -0.1 is out of range: 0 to 1");
  CHECK(refused({.level = retold::level::story, .story_threshold = 1.5}) == "story threshold 1.5 is out of range: 0 to 1");
  CHECK(refused({.level = retold::level::topic}) == "the level of an index is exact, near or story");
  CHECK(refused({.threshold = 0}) == "threshold 0 is out of range: above 0, at most 1");
  CHECK(refused({.threshold = 1.5}) == "threshold 1.5 is out of range: above 0, at most 1");
  CHECK(refused({.recall = 1}) == "recall 1 is out of range: above 0, below 1");
  CHECK(refused({.slots = 7}).find("slots 7") != std::string::npos);
  CHECK(refused({.shingle = {.size = 0}}).find("0") != std::string::npos);
  CHECK(refused({}, {.memory = (32 << 20) - 1}) == "memory 33554431 is out of range: at least 32 MiB");
  CHECK(!fs::exists(folder.path("no")));

  retold::index made(folder.path("i"), index_options{});
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string(201, 'x'), std::string("\x1f")})
    CHECK(message_of([&] { made.add({}, {.into = name}); }) ==
          "scope \"" + name + "\": a name has 1 to 200 bytes and no control characters");
  const std::string longest(200, 'x'), spoken = "Архів новин / 2026";
  made.add({}, {.into = longest}), made.add({}, {.into = spoken});
  const auto scopes = made.stats().scopes;
  REQUIRE(scopes.size() == 2);
  CHECK(scopes[0].name == longest);
  CHECK(scopes[1].name == spoken);
  CHECK(made.query("a text", std::vector<std::string>{"nobody's"}).empty());
  CHECK(made.expire(1 << 30, std::vector<std::string>{"nobody's"}) == 0);
}

TEST_CASE("index: the clock may jump back, arrivals do not") {
  const temporary_folder folder;
  {
    retold::index made(folder.path("i"), index_options{});
    std::int64_t expected = 0;
    for (const std::int64_t now : {-5, 100, 50, 100, 300, -300}) {
      expected = std::max(expected, now);
      const record r{
          "at " + std::to_string(now) + ' ' + std::to_string(expected), "text number " + std::to_string(expected + now), {}};
      const retold::index_entry one[] = {r.view()};
      const auto verdict = made.add(one, {}, now).front();
      if (verdict.status == index_status::fresh) CHECK(made.find(r.id).front().arrived == expected);
    }
    CHECK(made.stats().last_arrival == 300);
  }
  retold::index again(folder.path("i"));
  const retold::index_entry one[] = {{.id = "late", .text = "once more"}};
  again.add(one, {}, 7);
  CHECK(again.find("late").front().arrived == 300);
}

TEST_CASE("index: many ask while some write") {
  for (const bool texts : {false, true}) {
    const temporary_folder folder;
    auto made = open(folder.path("i"), {.store_text = texts}, 2, 40'000);
    const auto named = [](std::size_t i) {
      return record{"n" + std::to_string(i),
                    "story " + std::to_string(i) + " told by its " + std::to_string(i * 7) + " words " + std::to_string(i % 9),
                    {}};
    };
    made->add({});  // its scope is the first
    std::atomic<std::size_t> acknowledged{0};
    std::atomic<bool> ended{false};
    std::atomic<int> missing{0}, failures{0};
    const auto guarded = [&](const auto& work) {
      try {
        work();
      } catch (const std::exception& e) {
        ++failures;
        std::fputs(e.what(), stderr);
      }
    };
    std::vector<std::jthread> crew;
    for (unsigned t = 0; t < 2; ++t)
      crew.emplace_back([&, t] {
        guarded([&] {
          source from(t);
          while (!ended) {
            const std::size_t there = acknowledged;
            if (there == 0) continue;
            const record r = named(from.below(there));
            const auto found = made->query(r.text, std::vector<std::string>{"default"});
            missing += found.empty() || found.front().id != r.id;
            missing += made->find(r.id).size() != 1;
            missing += made->stats().scopes.at(0).documents < there;
          }
        });
      });
    crew.emplace_back([&] {  // what is asked about may be removed meanwhile
      guarded([&] {
        source from(77);
        for (std::size_t i = 0; !ended; ++i) {
          const auto records = from.some(10);
          made->add(views(records), {.into = "scope " + std::to_string(i % 20)}, 5);
          for (const record& r : records) made->query(r.text);
          if (i % 3 == 0)
            made->remove(std::vector<std::string>{records[0].id, records[1].id, records[2].id},
                         std::vector<std::string>{"scope 1", "scope 4", "scope 7"});
        }
      });
    });
    guarded([&] {
      for (std::size_t i = 0; i < 1200; i += 20) {
        std::vector<record> records;
        for (std::size_t k = i; k < i + 20; ++k) records.push_back(named(k));
        for (const auto& v : made->add(views(records), {}, 9)) missing += v.status != index_status::fresh;
        acknowledged = i + 20;
        if (i % 400 == 380) made->compact();
        if (i == 600) missing += !made->verify().empty();
      }
    });
    ended = true;
    crew.clear();
    CHECK(missing == 0);
    CHECK(failures == 0);
    CHECK(joined(made->verify()) == "");
  }
}

TEST_CASE("index: many ask for stories while one writes") {
  const temporary_folder folder;
  auto made = open(folder.path("i"), {.level = retold::level::story}, 1, 300'000);
  const std::vector<std::string> kept{"kept"}, news{"news"};
  made->add(views({{"stays", "a harbour town counts its boats after the storm of monday", {}}}), {.into = kept[0]}, 100);
  made->add({}, {.into = news[0]});
  std::atomic<bool> ended{false};
  std::atomic<int> missing{0}, failures{0}, of_stories{0};
  std::vector<std::jthread> crew;
  for (unsigned t = 0; t < 2; ++t)
    crew.emplace_back([&, t] {
      try {
        for (source from(t); !ended;) {
          for (const auto& match : made->query(from.text(), news)) {
            missing += match.status == index_status::story && match.story.empty();
            of_stories += match.status == index_status::story;
          }
          made->find(from.id());
          missing += made->find("stays", kept).size() != 1;
          missing += made->query("A harbour town counts its boats after the storm of Monday!", kept).size() != 1;
        }
      } catch (const std::exception& e) {
        ++failures;
        std::fputs(e.what(), stderr);
      }
    });
  source from(0, 40);
  for (std::int64_t i = 0; i < 60; ++i) {
    const auto records = from.some(6);
    made->add(views(records), {.into = news[0]}, 100 + i);
    if (i % 8 == 5) made->remove(std::vector<std::string>{records[0].id, records[1].id, records[2].id}, news);
    if (i % 20 == 19) made->expire(90 + i, news);
  }
  ended = true;
  crew.clear();
  CHECK(missing == 0);
  CHECK(failures == 0);
  CHECK(of_stories > 0);
  CHECK(joined(made->verify()) == "");
}
