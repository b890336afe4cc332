// SPDX-License-Identifier: Apache-2.0
#include "retold/index.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "index_twin.hpp"
#include "message_of.hpp"
#include "read_files.hpp"
#include "retold/dedup.hpp"

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
  if (swept) CHECK(stats.removed == 0);
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
  };
  std::uint64_t seed = 0;
  for (const auto& way : ways) {
    CAPTURE(seed);
    const temporary_folder folder;
    source from(++seed);
    twin by_hand(way.options);
    auto made = open(folder.path("i"), way.options, way.threads, way.run_bytes);
    std::int64_t now = 1000;
    for (std::size_t done = 0; done < 900;) {
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
