// SPDX-License-Identifier: Apache-2.0
// `dedup` through the program when things go wrong around it, and what must not matter: threads, memory, kills, readers gone.
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "dedup_program.hpp"
#include "slowness.hpp"

TEST_CASE("inputs that cannot be read, outputs that cannot be written") {
  const folder f;
  const std::string at = f.str() + '/', in = in_shell(f.put("in.jsonl", made_up_records(200, 6)));
  const outcome missing = dedup(at + "nothing.jsonl -o " + at + "out");
  CHECK(missing.code == 3);
  CHECK(has(missing.err, "nothing.jsonl: "));
  CHECK(dedup(in + ' ' + at + "nothing.jsonl -o " + at + "out").code == 3);  // half of the input is not what was asked for
  const outcome nowhere = dedup(in + " -o " + at + "no/such/out");
  CHECK(nowhere.code == 3);
  CHECK(has(nowhere.err, "no/such/out"));
  const outcome text = dedup(in_shell(f.put("page.html", "<p>x")) + " -o " + at + "out");
  CHECK(text.code == 3);
  CHECK(has(text.err, "JSONL"));
  if (fs::exists("/dev/full")) {
    for (const char* output : {"-o", "--groups", "--rejects"}) {
      const outcome full = dedup(in + " -q " + output + " /dev/full >/dev/null");
      CHECK_MESSAGE(full.code == 3, output);
      CHECK_MESSAGE(full.err == "retold: /dev/full: cannot be written: No space left on device\n", full.err);
    }
    CHECK(dedup(in + " -q 2>" + at + "said >/dev/full; exit $?; true").code == 3);
    CHECK(slurp(at + "said") == "retold: standard output: cannot be written: No space left on device\n");
    fs::remove(at + "said");
  }
  CHECK(names_in(f.path) == std::set<std::string>{"in.jsonl", "page.html"});
}

TEST_CASE("a reader that goes away ends it quietly") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", made_up_records(3000, 7))), code = f.str() + "/code",
                    said = f.str() + "/said";
  for (const char* to : {"", "-o /dev/null --rejects -"}) {
    const std::string line = "{ '" + program + "' dedup " + in + ' ' + to + " 2>'" + said + "'; echo $? >'" + code + "'; }";
    (void)!std::system((line + " | head -c 10 >/dev/null").c_str());
    CHECK_MESSAGE(slurp(code) == "0\n", to);
    CHECK_MESSAGE(slurp(said).empty(), slurp(said));
  }
}

TEST_CASE("the old output stays until the new one is whole, with its permissions, behind its link") {
  const folder f;
  const std::string at = f.str() + '/', in = in_shell(f.put("in.jsonl", record("a", bakery) + record("b", bakery)));
  fs::permissions(f.put("real", "old"), fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("real", f.path / "link");
  CHECK(dedup(in + " nothing -o " + at + "link").code == 3);
  CHECK(slurp(f.path / "real") == "old");
  CHECK(dedup(in + " -o " + at + "link").code == 0);
  CHECK(slurp(f.path / "real") == record("a", bakery));
  CHECK(fs::is_symlink(f.path / "link"));
  CHECK(fs::status(f.path / "real").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(names_in(f.path) == std::set<std::string>{"in.jsonl", "link", "real"});
}

TEST_CASE("the same bytes for every number of threads and amount of memory; the summary names neither") {
  const folder f;
  const unsigned count = slowness == 1 ? 20'000 : 8000;
  const std::string in = in_shell(f.put("in.jsonl", made_up_records(count, 8, 80))), at = f.str() + '/';
  std::vector<std::string> first;
  for (const char* options :
       {"--threads 1", "--threads 2", "--threads 3", "--threads 7 --memory 64M", "--memory 4G", "--memory 65536K"}) {
    const std::string files = " -o " + at + "out --groups " + at + "groups --rejects " + at + "rejects --json " + at + "json ";
    REQUIRE(dedup("-q " + in + files + options + " --temp " + at).code == 0);
    const std::vector<std::string> now = {slurp(at + "out"), slurp(at + "groups"), slurp(at + "rejects"), slurp(at + "json")};
    if (first.empty()) first = now;
    CHECK_MESSAGE(now == first, options);
  }
  const json summary = json::parse(first[3]);
  CHECK(summary["records"] == count);
  CHECK(summary["kept"] == lines_of(first[0]).size());
  CHECK(summary["groups"] == lines_of(first[1]).size());
  CHECK(summary["exact"].get<std::size_t>() + summary["near"].get<std::size_t>() == lines_of(first[2]).size());
  CHECK(summary["options"]["threshold"] == 0.8);
  CHECK_FALSE(has(first[3], f.str()));
  CHECK(names_in(f.path) == std::set<std::string>{"groups", "in.jsonl", "json", "out", "rejects"});
}

TEST_CASE("progress on a terminal, none elsewhere") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", made_up_records(2000, 9))) + " -o " + f.str() + "/out ";
  CHECK_FALSE(has(dedup(in).err, "\r"));
  if (!has_terminals()) return;
  const std::string shown = on_terminal("dedup " + in, 100);
  CHECK(has(shown, "sign  "));
  CHECK(has(shown, "MB"));
  CHECK(has(shown, "2,000 records"));
  CHECK(on_terminal("dedup -q " + in, 100).empty());
}

pid_t start(const std::vector<std::string>& arguments) {
  std::vector<char*> raw;
  for (const std::string& each : arguments) raw.push_back(const_cast<char*>(each.c_str()));
  raw.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execv(program.c_str(), raw.data());
    _exit(127);
  }
  return child;
}

// A run that is killed after a random part of `longest`; whether it was, or done before.
bool run_and_kill(const std::vector<std::string>& arguments, std::chrono::microseconds longest, std::mt19937& random) {
  const auto moment = longest * static_cast<int>(random() % 1000) / 1000;
  const pid_t child = start(arguments);
  std::this_thread::sleep_for(moment);
  kill(child, SIGKILL);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status);
}

TEST_CASE("killed at any moment: no half output, the next run gives the same, and nothing is left behind") {
  using clock = std::chrono::steady_clock;
  const folder f;
  const std::string in = f.put("in.jsonl", made_up_records(60'000, 10, 30)), out = f.str() + "/out.jsonl";
  // With little memory and many keys for each record, parts are put aside early.
  const std::vector<std::string> arguments = {program, "dedup", in, "-o", out, "--threshold", "0.5", "--memory", "64M", "-q"};
  const std::string line = in_shell(in) + " -o " + in_shell(out) + " --threshold 0.5 --memory 64M";
  const auto began = clock::now();
  REQUIRE(dedup(line).code == 0);
  const auto whole_run = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - began);
  const std::string expected = slurp(out);
  std::mt19937 random(11);
  int killed = 0, gone_on = 0;
  for (int round = 0; round < 8 && (slowness == 1 || killed <= 4 || gone_on == 0); ++round) {
    fs::remove(out);
    for (int runs = 0; runs < 3; ++runs) {
      killed += run_and_kill(arguments, whole_run, random);
      if (fs::exists(out)) REQUIRE(slurp(out) == expected);
    }
    const outcome o = dedup(line);
    REQUIRE(o.code == 0);
    gone_on += has(o.err, "went on from an interrupted run");
    REQUIRE(slurp(out) == expected);
    CHECK(names_in(f.path) == std::set<std::string>{"in.jsonl", "out.jsonl"});
  }
  CHECK(killed > 4);
  CHECK(gone_on > 0);
}

TEST_CASE("two runs for one output at once: the second is refused, the first is whole") {
  const folder f;
  const std::string out = f.str() + "/out.jsonl";
  REQUIRE(mkfifo((f.path / "slow").c_str(), 0600) == 0);
  outcome first;
  std::thread running([&] { first = dedup("-q " + f.str() + "/slow -o " + out); });
  std::ofstream feed(f.path / "slow");  // opens once the first run reads
  feed << record("a", bakery) << std::flush;
  const outcome second = dedup("-q " + in_shell(f.put("in.jsonl", record("b", bakery))) + " -o " + out);
  CHECK(second.code == 3);
  CHECK(has(second.err, "another run is using it"));
  feed.close();
  running.join();
  CHECK(first.code == 0);
  CHECK(slurp(out) == record("a", bakery));
}

TEST_CASE("asked to end, a run tidies up, and ends as it was asked to") {
  const folder f;
  const std::string pipe = f.str() + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const pid_t child = start({program, "dedup", pipe, "-o", f.str() + "/out", "-q"});
    std::ofstream more(pipe);  // stays open, so the run waits for more when the signal comes
    more << made_up_records(100, 5) << std::flush;
    const fs::path copy = f.path / "out.retold/input-0";
    for (int i = 0; i < 500 && !(fs::exists(copy) && fs::file_size(copy) > 0); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    kill(child, signal);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == signal);
    CHECK(names_in(f.path) == std::set<std::string>{"pipe"});
  }
}

// The thread sanitizer puts off signals that come between two calls, and has been seen to lose one.
TEST_CASE("asked to end before anybody writes, whenever that is" * doctest::skip(sanitizers == "thread")) {
  const folder f;
  const std::string pipe = f.str() + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  for (int round = 0; round < 10; ++round) {
    const pid_t child = start({program, "dedup", pipe, "-o", f.str() + "/out", "-q"});
    while (!fs::exists(f.path / "out.retold/input-0")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(300 * round));
    kill(child, SIGINT);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGINT);
    CHECK(names_in(f.path) == std::set<std::string>{"pipe"});
  }
}

TEST_CASE("a reader of the records that has had enough takes no other output away") {
  const folder f;
  const std::string at = in_shell(f.put("in.jsonl", made_up_records(4000, 6)));
  const outcome o = run("dedup " + at + " -q --groups " + in_shell(f.path / "groups") + " --json " + in_shell(f.path / "json") +
                        " | head -n 1");
  CHECK(lines_of(o.out).size() == 1);
  CHECK(!slurp(f.path / "groups").empty());
  CHECK(json::parse(slurp(f.path / "json")).at("records") == 4000);
}
