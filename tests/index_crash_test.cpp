// SPDX-License-Identifier: Apache-2.0
// What an index keeps where processes are killed, disks are full and machines go down. With RETOLD_CRASH=long in the
// environment there are 200 kills and every single write fails in every way; else as many as fit into a test.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <iostream>

#include "child_process.hpp"
#include "faulty_files.hpp"
#include "index_steps.hpp"
#include "read_files.hpp"
#include "retold/error.hpp"
#include "slowness.hpp"

using namespace index_twin;
using retold::index_options;

namespace {

using clock_type = std::chrono::steady_clock;
constexpr std::uint64_t small_runs = 30'000;
const retold::index_setup small{.memory = 32 << 20, .threads = 1};

bool long_form() {
  const char* const asked = std::getenv("RETOLD_CRASH");
  return asked != nullptr && std::string_view(asked) == "long";
}

index_options options_of(std::uint64_t seed) {
  index_options out;
  out.store_text = seed % 2 == 1;
  out.threshold = 0.7;
  if (seed % 4 == 2) out.level = retold::level::story;
  return out;
}

// At level story a step is many: of each record, or of each document that goes. What is left by some of them.
void add_halves(twin t, const step& s, std::vector<twin>& to) {
  if (t.options.level != retold::level::story) return;
  for (const record& r : s.records) t.add({r}, s.where, s.time), to.push_back(t);
  if (s.kind == step::remove)
    while (t.remove(s.ids, s.scopes, 1) != 0) to.push_back(t);
  if (s.kind == step::expire)
    while (t.expire(s.time, s.scopes, 1) != 0) to.push_back(t);
}

std::uint64_t digest(const std::string& of) { return retold::hash_bytes(of); }

// What a child has done until it was killed: digests of the outcomes that it was given.
std::vector<std::uint64_t> run_and_kill(const std::string& folder, std::uint64_t seed, std::uint64_t done,
                                        std::chrono::microseconds from_start, std::chrono::microseconds from_open) {
  process child("child: changes an index until it is killed",
                {"RETOLD_CHILD_FOLDER=" + folder, "RETOLD_CHILD_SEED=" + std::to_string(seed),
                 "RETOLD_CHILD_DONE=" + std::to_string(done)});
  auto deadline = clock_type::now() + from_start;
  bool opened = false, killed = false;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock_type::now());
    if (!killed && (left.count() <= 0 || child.quiet_for(left))) child.kill(), killed = true;
    if (!child.read()) break;
    if (!opened) opened = true, deadline = std::min(deadline, clock_type::now() + from_open);
  }
  REQUIRE(WIFSIGNALED(child.wait()));  // else it has failed on its own
  auto words = child.words();
  if (!words.empty()) words.erase(words.begin());  // that it has opened
  return words;
}

// The states an index may be in. Each is what is left by whole steps.
class candidates {
 public:
  explicit candidates(twin first, bool may_lose = false) : may_lose_(may_lose) { all_.push_back(std::move(first)); }

  void succeeded(const step& s, const std::function<bool(const std::string&)>& outcome) {
    if (may_lose_)
      for (const twin& t : all_) with_scope(t, s, older_), older_.push_back(t), add_halves(t, s, older_);
    std::erase_if(all_, [&](twin& t) { return !outcome(outcome_of(s, t)); });
    REQUIRE(!all_.empty());
  }
  void failed(const step& s) {
    const std::vector<twin> before = all_;
    for (const twin& t : before) {
      with_scope(t, s, all_);
      all_.push_back(t), outcome_of(s, all_.back());
      add_halves(t, s, all_);
    }
  }
  // The one that it is.
  twin found(const retold::index& in) const {
    const everything there = everything_of(in);
    std::string differences;
    for (const auto* some : {&all_, &older_})
      for (const twin& t : *some) {
        const std::string d = difference(there, everything_of(t));
        if (d.empty()) return t;
        differences += d + "\n";
      }
    FAIL_CHECK("as none of the models: " << differences);
    return all_.front();
  }

 private:
  static void with_scope(twin t, const step& s, std::vector<twin>& to) {
    if (s.kind == step::add) t.add({}, s.where), to.push_back(std::move(t));
  }
  bool may_lose_;  // acknowledged steps, the last ones
  std::vector<twin> all_, older_;
};

void check_whole(const retold::index& in, twin& model, source& from) {
  CHECK(joined(in.verify()) == "");
  for (int i = 0; i < 3; ++i) {
    const std::string text = from.text(), id = from.id();
    CHECK(joined(shown(in.query(text))) == joined(shown(model.query(text))));
    CHECK(joined(shown(in.find(id))) == joined(shown(model.find(id))));
  }
}

}  // namespace

TEST_CASE("child: changes an index until it is killed" * doctest::skip()) {
  const std::uint64_t seed = std::stoull(asked_for("RETOLD_CHILD_SEED"));
  source from(seed);
  retold::index in(asked_for("RETOLD_CHILD_FOLDER"), options_of(seed), small);
  in.parts().run_bytes = small_runs;
  send(0);
  for (std::uint64_t number = std::stoull(asked_for("RETOLD_CHILD_DONE"));; ++number)
    send(digest(outcome_of(step_of(from, number, 40), in)));
}

TEST_CASE("index: killed at any moment, it holds all that was acknowledged and no step by halves") {
  const int kills = long_form() ? 200 : 80, kills_each = 20;
  std::mt19937_64 random(20261122);
  std::uint64_t steps = 0, unacknowledged = 0, never_opened = 0;
  const auto end = clock_type::now() + std::chrono::seconds(long_form() ? 3600 : 20);
  // On a slow machine few steps come between two kills.
  const auto enough = [&](int killed) { return steps > 100 && (killed >= kills || clock_type::now() >= end); };
  for (int k = 0, seed = 0; !enough(k); ++seed) {
    const temporary_folder folder;
    source from(static_cast<std::uint64_t>(seed));
    twin model(options_of(static_cast<std::uint64_t>(seed)));
    std::uint64_t done = 0;
    for (int i = 0; i < kills_each && !enough(k); ++i, ++k) {
      CAPTURE(k);
      REQUIRE(clock_type::now() < end + std::chrono::minutes(3));
      const bool while_opening = random() % 8 == 0 || (i == 0 && random() % 2 == 0);
      const std::chrono::microseconds from_start(while_opening ? random() % 40'000 : 0),
          from_open(random() % (i % 5 == 4 ? 400'000 : 60'000));
      const auto outcomes = run_and_kill(folder.path("i"), static_cast<std::uint64_t>(seed), done,
                                         while_opening ? from_start : std::chrono::microseconds(20'000'000), from_open);
      for (const std::uint64_t outcome : outcomes) {
        REQUIRE(digest(outcome_of(step_of(from, done, 40), model)) == outcome);
        ++done, ++steps;
      }
      never_opened += outcomes.empty();
      candidates possible(model);
      const step next = step_of(from, done, 40);
      possible.failed(next);
      const retold::index in(folder.path("i"), options_of(static_cast<std::uint64_t>(seed)), small);
      twin now = possible.found(in);
      check_whole(in, now, from);
      const bool all_of_it = difference(everything_of(now), everything_of(model)) != "" && now.scopes == model.scopes;
      unacknowledged += all_of_it;
      model = std::move(now);
    }
  }
  MESSAGE(steps << " steps acknowledged, " << unacknowledged << " done without, " << never_opened << " kills before the first");
  CHECK(steps > 100);
}

namespace {

// A life of an index: made, filled until runs are written and merged, emptied in part, compacted.
struct life {
  std::vector<step> steps;
  retold::index_setup setup = small;
  static constexpr std::uint64_t run_bytes = 12'000;
  explicit life(source& from) {
    for (std::uint64_t number = 0; steps.size() < 14; ++number) {
      steps.push_back(step_of(from, number, 30));
      if (steps.size() == 4) steps.back().kind = step::compact;
      if (steps.size() == 9 || steps.size() == 13) steps.back() = {step::expire, {}, {}, 1010, {}, {}};
      if (steps.size() == 10 || steps.size() == 14) steps.back().kind = step::compact;
    }
  }
};

std::unique_ptr<retold::index> open_with(const std::string& folder, const index_options& options, const life& of,
                                         rocksdb::Env* files) {
  auto state = std::make_unique<retold::index::state>(folder, &options, of.setup, files);
  state->run_bytes = life::run_bytes;
  return std::make_unique<retold::index>(std::move(state));
}

// What a life of which the files fail sends home: for each step this and a digest of its outcome.
enum class word : std::uint64_t { opened = 1, done, refused, misunderstood, writes };

// How a life went, in a process of its own: there are states of a full disk in which the engine ends the process.
struct lived {
  std::vector<std::pair<word, std::uint64_t>> words;
  bool aborted = false;
};

class trial {
 public:
  trial(std::uint64_t seed, faulty::fault how, std::uint64_t at, bool sync)
      : at(at),
        child_("child: lives until its files fail",
               {"RETOLD_CHILD_FOLDER=" + folder(), variable("SEED", seed), variable("AT", at),
                variable("FAULT", static_cast<std::uint64_t>(how)), variable("SYNC", sync)}) {}

  const std::uint64_t at;
  std::string folder() const { return folder_.path("i"); }
  lived end() {
    while (child_.read()) {
    }
    const int status = child_.wait();
    lived out;
    out.aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    CHECK((out.aborted || (WIFEXITED(status) && WEXITSTATUS(status) == 0)));
    const auto sent = child_.words();
    for (std::size_t i = 0; i + 1 < sent.size(); i += 2) out.words.emplace_back(static_cast<word>(sent[i]), sent[i + 1]);
    return out;
  }

 private:
  static std::string variable(const char* name, std::uint64_t value) {
    return "RETOLD_CHILD_" + std::string(name) + '=' + std::to_string(value);
  }
  temporary_folder folder_;
  process child_;
};

void check_every_write(faulty::fault how, bool sync, std::uint64_t seed) {
  source from(seed);
  const index_options options = options_of(seed);
  life of(from);
  of.setup.sync = sync;
  const lived first = trial(seed, faulty::fault::none, 0, sync).end();
  REQUIRE(first.words.size() == of.steps.size() + 2);
  REQUIRE(first.words.back().first == word::writes);
  const std::uint64_t writes = first.words.back().second, stride = long_form() ? 1 : 1 + writes / (slowness > 1 ? 5 : 25);
  CHECK(writes > 100);
  std::uint64_t tried = 0, aborted = 0, refused = 0;
  constexpr std::size_t at_once = 8;  // the engine waits for a second after some failures
  for (std::uint64_t n = 1 + seed % stride; n <= writes;) {
    std::vector<std::unique_ptr<trial>> trials;
    for (; n <= writes && trials.size() < at_once; n += stride) trials.push_back(std::make_unique<trial>(seed, how, n, sync));
    for (const auto& each : trials) {
      CAPTURE(each->at);
      const lived went = each->end();
      candidates possible(twin(options), how == faulty::fault::power && !sync);
      std::size_t at = 0;
      for (const auto& each_word : went.words) {
        const word what = each_word.first;
        CHECK(what != word::misunderstood);
        const auto outcome = each_word.second;
        if (what == word::done) possible.succeeded(of.steps[at++], [&](const std::string& o) { return digest(o) == outcome; });
        if (what == word::refused && ++refused && at < of.steps.size()) possible.failed(of.steps[at++]);
      }
      if (went.aborted && ++aborted && at < of.steps.size()) possible.failed(of.steps[at]);
      const auto in = open_with(each->folder(), options, of, nullptr);
      twin model = possible.found(*in);
      check_whole(*in, model, from);
      for (const step& s : {of.steps[0], of.steps[5], of.steps[9]}) CHECK(outcome_of(s, *in) == outcome_of(s, model));
      CHECK(difference(everything_of(*in), everything_of(model)) == "");
      ++tried;
    }
  }
  MESSAGE(tried << " of " << writes << " writes failed in turn: " << refused << " errors, " << aborted
                << " ends of the process");
}

}  // namespace

TEST_CASE("child: lives until its files fail" * doctest::skip()) {
  const auto number = [](const char* name) { return std::stoull(asked_for(name)); };
  const auto how = static_cast<faulty::fault>(number("RETOLD_CHILD_FAULT"));
  const std::string folder = asked_for("RETOLD_CHILD_FOLDER");
  const index_options options = options_of(number("RETOLD_CHILD_SEED"));
  source from(number("RETOLD_CHILD_SEED"));
  life of(from);
  of.setup.sync = number("RETOLD_CHILD_SYNC") == 1;
  const auto files = std::make_shared<faulty::files>(how, number("RETOLD_CHILD_AT"));
  const auto env = rocksdb::NewCompositeEnv(files);
  const auto tell = [](word what, std::uint64_t more) { send(static_cast<std::uint64_t>(what)), send(more); };
  int failures_left = how == faulty::fault::full_once ? 2 : 1;  // then no more steps
  const auto refused = [&](const retold::error& e) {
    const bool dead = how == faulty::fault::death || how == faulty::fault::power;
    const bool clear = dead || std::string(e.what()).starts_with(folder + ": ");
    if (!dead && std::string(e.what()).find("no space left") == std::string::npos) std::cerr << e.what() << '\n';
    tell(clear && (dead || e.kind() == retold::error_kind::output) ? word::refused : word::misunderstood, 0);
    --failures_left;
  };
  try {
    const auto in = open_with(folder, options, of, env.get());
    tell(word::opened, 0);
    for (const step& s : of.steps) try {
        if (failures_left > 0) tell(word::done, digest(outcome_of(s, *in)));
      } catch (const retold::error& e) {
        refused(e);
      }
  } catch (const retold::error& e) {
    refused(e);
  }
  if (how == faulty::fault::power) files->lose();
  tell(word::writes, files->count());
  CHECK(failures_left >= 0);
}

TEST_CASE("index: a disk that is full at any write, and stays so") { check_every_write(faulty::fault::full, false, 3); }
TEST_CASE("index: a disk that is full for one write") { check_every_write(faulty::fault::full_once, true, 4); }
TEST_CASE("index: a process that dies at any write") { check_every_write(faulty::fault::death, false, 5); }
TEST_CASE("index: stories, on a disk that is full for one write") { check_every_write(faulty::fault::full_once, true, 10); }
TEST_CASE("index: stories, in a process that dies at any write") { check_every_write(faulty::fault::death, false, 14); }
TEST_CASE("index: stories, on a machine that goes down at any write") { check_every_write(faulty::fault::power, false, 18); }
TEST_CASE("index: a machine that goes down at any write, synced") { check_every_write(faulty::fault::power, true, 7); }
TEST_CASE("index: a machine that goes down at any write, unsynced: the last steps may be lost, none by halves") {
  check_every_write(faulty::fault::power, false, 9);
}
