// SPDX-License-Identifier: Apache-2.0
// What an index keeps where processes are killed, disks are full and machines go down. With RETOLD_CRASH=long in the
// environment there are 200 kills and every single write fails in every way; else as many as fit into a test.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>

#include "faulty_files.hpp"
#include "index_steps.hpp"
#include "message_of.hpp"
#include "read_files.hpp"

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

std::string asked_for(const char* name) {
  const char* const value = std::getenv(name);
  REQUIRE(value != nullptr);
  return value;
}

index_options options_of(std::uint64_t seed) {
  index_options out;
  out.store_text = seed % 2 == 1;
  out.threshold = 0.7;
  return out;
}

// Another process that runs one case of this program.
pid_t start_case(const std::string& name, const std::vector<std::string>& variables) {
  std::vector<std::string> arguments{"/proc/self/exe", "-ns", "-tc=" + name, "-m"}, all = variables;
  for (char** v = environ; *v != nullptr; ++v) all.emplace_back(*v);
  const auto pointers = [](std::vector<std::string>& of) {
    std::vector<char*> out;
    for (std::string& each : of) out.push_back(each.data());
    out.push_back(nullptr);
    return out;
  };
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, pointers(arguments).data(), pointers(all).data()) == 0);
  return child;
}

std::uint64_t digest(const std::string& of) { return retold::hash_bytes(of); }

// What a child has done until it was killed: digests of the outcomes that it was given.
std::vector<std::uint64_t> run_and_kill(const std::string& folder, std::uint64_t seed, std::uint64_t done,
                                        std::chrono::microseconds from_start, std::chrono::microseconds from_open) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  const pid_t child = start_case("child: changes an index until it is killed",
                                 {"RETOLD_CHILD_FOLDER=" + folder, "RETOLD_CHILD_SEED=" + std::to_string(seed),
                                  "RETOLD_CHILD_DONE=" + std::to_string(done), "RETOLD_CHILD_PIPE=" + std::to_string(ends[1])});
  close(ends[1]);
  std::vector<std::uint64_t> words;
  std::string bytes;
  auto deadline = clock_type::now() + from_start;
  bool opened = false, killed = false;
  const auto kill_it = [&] {
    kill(child, SIGKILL);
    killed = true;
  };
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock_type::now());
    pollfd wait{ends[0], POLLIN, 0};
    if (!killed && (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) == 0)) kill_it();
    char some[4096];
    const ssize_t got = read(ends[0], some, sizeof some);
    if (got <= 0) break;
    bytes.append(some, static_cast<std::size_t>(got));
    if (!opened && bytes.size() >= 8) opened = true, deadline = std::min(deadline, clock_type::now() + from_open);
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));  // else it has failed on its own
  for (std::size_t at = 8; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    words.push_back(word);
  }
  return words;
}

// The states an index may be in. Each is what is left by whole steps.
class candidates {
 public:
  explicit candidates(twin first) { all_.push_back(std::move(first)); }

  void succeeded(const step& s, const std::string& outcome) {
    std::erase_if(all_, [&](twin& t) { return outcome_of(s, t) != outcome; });
    REQUIRE(!all_.empty());
  }
  void failed(const step& s) {
    const std::vector<twin> before = all_;
    for (const twin& t : before) {
      if (s.kind == step::add) all_.push_back(t), all_.back().add({}, s.where);  // its scope alone
      all_.push_back(t), outcome_of(s, all_.back());
    }
  }
  // The one that it is.
  twin found(const retold::index& in) const {
    const everything there = contents_of(in);
    std::string differences;
    for (const twin& t : all_) {
      const std::string d = difference(there, contents_of(t));
      if (d.empty()) return t;
      differences += d + "\n";
    }
    FAIL_CHECK("as none of the models: " << differences);
    return all_.front();
  }

 private:
  std::vector<twin> all_;
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
  const int to = std::stoi(asked_for("RETOLD_CHILD_PIPE"));
  const auto tell = [&](std::uint64_t word) { REQUIRE(write(to, &word, 8) == 8); };
  source from(seed);
  retold::index in(asked_for("RETOLD_CHILD_FOLDER"), options_of(seed), small);
  in.parts().run_bytes = small_runs;
  tell(0);
  for (std::uint64_t number = std::stoull(asked_for("RETOLD_CHILD_DONE"));; ++number)
    tell(digest(outcome_of(step_of(from, number, 40), in)));
}

TEST_CASE("index: killed at any moment, it holds all that was acknowledged and no step by halves") {
  const int kills = long_form() ? 200 : 80, kills_each = 20;
  std::mt19937_64 random(20261122);
  std::uint64_t steps = 0, unacknowledged = 0, never_opened = 0;
  const auto end = clock_type::now() + std::chrono::seconds(long_form() ? 3600 : 20);
  for (int k = 0, seed = 0; k < kills && clock_type::now() < end; ++seed) {
    const temporary_folder folder;
    source from(static_cast<std::uint64_t>(seed));
    twin model(options_of(static_cast<std::uint64_t>(seed)));
    std::uint64_t done = 0;
    for (int i = 0; i < kills_each && k < kills; ++i, ++k) {
      CAPTURE(k);
      const bool while_opening = random() % 8 == 0 || (i == 0 && random() % 2 == 0);
      const std::chrono::microseconds from_start(while_opening ? random() % 40'000 : 0),
          from_open(random() % (i % 5 == 4 ? 400'000 : 60'000));
      const auto outcomes = run_and_kill(folder.path("i"), static_cast<std::uint64_t>(seed), done,
                                         while_opening ? from_start : std::chrono::microseconds(20'000'000),
                                         from_open);
      (void)outcomes;
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
      const bool all_of_it = difference(contents_of(now), contents_of(model)) != "" && now.scopes == model.scopes;
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

// Lives until the fault shows; says what the states may be. `after`: steps to try behind the failure.
std::uint64_t live(const std::string& folder, const index_options& options, const life& of, faulty::fault how, std::uint64_t at,
                   int after, candidates& possible) {
  const auto files = std::make_shared<faulty::files>(how, at);
  const auto env = rocksdb::NewCompositeEnv(files);
  const bool dead = how == faulty::fault::death || how == faulty::fault::power;
  const auto check_error = [&](const retold::error& e) {
    INFO(e.what());
    CHECK((dead || e.kind() == retold::error_kind::output));
    CHECK(std::string(e.what()).starts_with(folder + ": "));
  };
  try {
    const auto in = open_with(folder, options, of, env.get());
    for (const step& s : of.steps) try {
        possible.succeeded(s, outcome_of(s, *in));
      } catch (const retold::error& e) {
        check_error(e);
        possible.failed(s);
        if (--after < 0) break;
      }
  } catch (const retold::error& e) {
    check_error(e);
  }
  if (how == faulty::fault::power) files->lose();
  return files->count();
}

void check_every_write(faulty::fault how, bool sync, std::uint64_t seed) {
  source from(seed);
  const index_options options = options_of(seed);
  life of(from);
  of.setup.sync = sync;
  const auto folder = std::make_unique<temporary_folder>();
  candidates none((twin(options)));
  const std::uint64_t writes = live(folder->path("i"), options, of, faulty::fault::none, 0, 0, none);
  CHECK(writes > 100);
  const std::uint64_t stride = long_form() ? 1 : 1 + writes / 40;
  std::uint64_t tried = 0;
  for (std::uint64_t n = 1 + seed % stride; n <= writes; n += stride, ++tried) {
    CAPTURE(n);
    const temporary_folder here;
    candidates possible((twin(options)));
    live(here.path("i"), options, of, how, n, how == faulty::fault::full_once ? 2 : 0, possible);
    const auto in = open_with(here.path("i"), options, of, nullptr);
    twin model = possible.found(*in);
    check_whole(*in, model, from);
    for (const step& s : {of.steps[0], of.steps[5], of.steps[9]}) CHECK(outcome_of(s, *in) == outcome_of(s, model));
    CHECK(difference(contents_of(*in), contents_of(model)) == "");
  }
  MESSAGE(tried << " of " << writes << " writes failed in turn");
}

}  // namespace

TEST_CASE("index: a disk that is full at any write, and stays so") { check_every_write(faulty::fault::full, false, 3); }
TEST_CASE("index: a disk that is full for one write") { check_every_write(faulty::fault::full_once, true, 4); }
TEST_CASE("index: a process that dies at any write") { check_every_write(faulty::fault::death, false, 5); }
TEST_CASE("index: a machine that goes down at any write keeps what was synced") {
  check_every_write(faulty::fault::power, true, 7);
}
