// SPDX-License-Identifier: Apache-2.0
// `filter` and `index` as their users meet them: beside dedup, in a pipe, killed, refused.
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <thread>

#include "dedup_program.hpp"
#include "slowness.hpp"

namespace {

// The program with pipes at both ends.
class piped {
 public:
  explicit piped(const std::vector<std::string>& arguments, const std::string& err = "/dev/stderr") {
    int in[2], out[2];
    REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], STDIN_FILENO), dup2(out[1], STDOUT_FILENO);
      if (err != "/dev/stderr") dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(in[0]), close(out[1]);
    in_ = in[1], out_ = out[0];
  }
  ~piped() {
    if (pid_ > 0) end(SIGKILL);
    close_in();
    close_out();
  }
  bool write(const std::string& bytes) const {  // false: the program has gone
    return ::write(in_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  }
  void close_in() {
    if (in_ >= 0) close(std::exchange(in_, -1));
  }
  void close_out() {
    if (out_ >= 0) close(std::exchange(out_, -1));
  }
  // What comes until a line is whole, or the end.
  std::string line() {
    std::string out;
    for (char c; (out.empty() || out.back() != '\n') && ::read(out_, &c, 1) == 1;) out += c;
    return out;
  }
  std::string rest() {
    std::string out;
    char some[4096];
    for (ssize_t n; (n = ::read(out_, some, sizeof some)) > 0;) out.append(some, static_cast<std::size_t>(n));
    return out;
  }
  int end(int signal = 0) {
    if (signal != 0) kill(pid_, signal);
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;
};

// Two stories, one of which goes on, is repeated and, within the window no more, is taken up again.
const std::string
    bank = "The central bank of Norlandia raised interest rates by half a point, its governor Brekke fears inflation.",
    storm = "Hurricane Matilda flooded Porto Verde, mayor Quintela ordered eleven villages evacuated along the Sabor river.",
    storm_again = "Mayor Quintela of Porto Verde evacuated villages at the Sabor river, as hurricane Matilda flooded the town.",
    storm_late =
        "Mayor Quintela of Porto Verde: villages at the Sabor river were evacuated in time when hurricane Matilda flooded the "
        "town.";

json dated(int day) { return {{"date", "2026-11-" + std::to_string(day)}}; }

outcome filter(const std::string& arguments, const std::string& before = "") { return run("filter " + arguments, before); }

}  // namespace

TEST_CASE("a stream decides as the batch does, byte for byte, in both ways to compare") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", made_up_records(3000, 11, 80))), at = f.str() + '/';
  for (const std::string verify : {"sketch", "exact"}) {
    const std::string making = verify == "exact" ? "--store-text" : "";
    REQUIRE(dedup("-q " + in + " --verify " + verify + " -o " + at + "kept").code == 0);
    for (const char* how : {"--threads 1", "--threads 3 --batch 10", "--memory 32M"}) {
      fs::remove_all(f.path / "index");
      const outcome o = filter("-q " + in + " --index " + at + "index " + making + ' ' + how);
      CHECK_MESSAGE(o.code == 0, o.err);
      CHECK_MESSAGE(o.out == slurp(at + "kept"), making << ' ' << how);
    }
    CHECK(run("index verify --index " + at + "index").code == 0);
  }
}

TEST_CASE("a line is out as soon as it is decided, before the next has come") {
  const folder f;
  piped filter({"filter", "-q", "--index", f.str() + "/index", "--action", "mark"});
  filter.write(record("a", lighthouse));
  CHECK(has(filter.line(), R"("retold": {"status": "new", "of": "a", "similarity": 1})"));
  filter.write(record("b", lighthouse));
  CHECK(has(filter.line(), R"("retold": {"status": "exact", "of": "a", "similarity": 1})"));
  filter.write(record("c", lighthouse_edited));
  CHECK(has(filter.line(), R"("retold": {"status": "near", "of": "a", "similarity": 0.8)"));
  filter.close_in();
  CHECK(filter.rest().empty());
  CHECK(filter.end() == 0);
}

TEST_CASE("what was written out is in the index, whenever the process is killed") {
  const folder f;
  const std::vector<std::string> records = [] {
    std::vector<std::string> out;
    for (const std::string& line : lines_of(made_up_records(4000, 12, 60))) out.push_back(line + '\n');
    return out;
  }();
  std::string all, expected;
  for (const std::string& line : records) all += line;
  expected = survivors(all, "--verify sketch");
  std::mt19937 random(13);
  std::signal(SIGPIPE, SIG_IGN);
  std::set<std::string> written;
  for (int kills = 0; kills < 12; ++kills) {
    piped filter(
        {"filter", "-q", "--index", f.str() + "/index", "--memory", "32M", "--batch", std::to_string(1 + random() % 200)});
    std::thread feeding([&] {  // from the beginning: a queue that was not told how far we got
      for (const std::string& line : records)
        if (!filter.write(line)) return;
    });
    std::string out;
    const std::size_t enough = 1 + random() % 400;
    for (std::size_t lines = 0; lines < enough; ++lines) out += filter.line();
    filter.end(SIGKILL);
    out += filter.rest();
    feeding.join();
    for (const std::string& line : lines_of(out.substr(0, out.rfind('\n') + 1))) written.insert(line + '\n');
    const outcome checked = run("index verify --index '" + f.str() + "/index'");
    CHECK_MESSAGE(checked.code == 0, checked.err);
    std::string ids;
    for (const std::string& line : written) ids += line;
    const outcome found = run("index query -q --index '" + f.str() + "/index' " + in_shell(f.put("written.jsonl", ids)));
    REQUIRE(lines_of(found.out).size() == written.size());
    for (const json& answer : parsed(found.out)) {
      const auto same = [&](const json& m) { return m["id"] == answer["id"]; };
      CHECK(std::any_of(answer["matches"].begin(), answer["matches"].end(), same));
    }
  }
  const outcome whole = filter("-q --index '" + f.str() + "/index' " + in_shell(f.put("all.jsonl", all)));
  CHECK(whole.out == expected);  // as if nothing had happened
}

// The thread sanitizer puts off signals that come between two calls.
TEST_CASE("asked to end, a filter sums up what it has done, and ends as it was asked to" *
          doctest::skip(sanitizers == "thread")) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    for (const char* threads : {"1", "3"}) {
      const folder f;
      const std::string index = f.str() + "/index", json = f.str() + "/json", metrics = f.str() + "/metrics";
      piped filter({"filter", "--index", index, "--json", json, "--metrics", metrics, "--threads", threads}, f.str() + "/err");
      filter.write(record("a", lighthouse));
      CHECK(filter.line() == record("a", lighthouse));
      filter.write(record("b", bakery) + record("c", lighthouse) +
                   R"({"id": "d", "te)");  // more is to come when the signal does
      CHECK(filter.line() == record("b", bakery));
      CHECK(filter.end(signal) == -signal);
      CHECK(filter.rest().empty());
      const auto counted = json::parse(slurp(json));
      CHECK(counted.at("records") == 3);
      CHECK(counted.at("exact") == 1);
      CHECK(counted.at("bad_lines") == 0);
      CHECK(has(slurp(metrics), "retold_filter_records_total{status=\"new\"} 2\n"));
      const std::string err = slurp(f.path / "err");
      CHECK(has(err, "\nretold: 3 records: 2 new, 1 exact"));
      CHECK(err.ends_with("retold: interrupted; what went out is in the index\n"));
      CHECK(run("index verify -q --index '" + index + "'").code == 0);
    }
}

TEST_CASE("asked to end before anything has come, packed or not; filling an index likewise" *
          doctest::skip(sanitizers == "thread")) {
  for (const std::string begun : {"", "\x1F", "\x1F\x8B\x08", "\x28\xB5\x2F\xFD\x24"})
    for (const bool add : {false, true}) {
      const folder f;
      const std::string index = f.str() + "/index", err = f.str() + "/err";
      std::vector<std::string> line{"filter", "--index", index};
      if (add) line = {"index", "add", "--index", index};
      piped program(line, err);
      program.write(begun);
      while (!fs::exists(index)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      CHECK(program.end(SIGINT) == -SIGINT);
      CHECK(has(slurp(err), "is in the index\n"));
      CHECK(has(slurp(err), "\nretold: 0 records: 0 new"));
    }
}

TEST_CASE("an index that is there says what it was made with, and refuses what does not fit") {
  const folder f;
  const std::string index = "--index '" + f.str() + "/index' ";
  CHECK(filter(index + "--threshold 0.7 --shingle word:5 </dev/null").code == 0);
  CHECK(filter(index + "</dev/null").code == 0);
  CHECK(filter(index + "--preset web </dev/null").code == 0);
  check_refused("filter " + index + "--threshold 0.8 </dev/null", "made with threshold 0.7 (not 0.8)");
  check_refused("filter " + index + "--level exact </dev/null", "made with level near (not exact)");
  check_refused("filter " + index + "--store-text </dev/null", "made with store-text no (not yes)");
  check_refused("filter </dev/null", "--index is required");
  const outcome none = run("index stats --index '" + f.str() + "/other'");
  CHECK(none.code == 3);
  CHECK(has(none.err, "no index there"));
  const std::string kept = f.put("folder/file", "x");
  check_refused("filter --index '" + f.str() + "/folder' </dev/null", "holds other files");
  CHECK(slurp(kept) == "x");
}

TEST_CASE("an index whose log is damaged says so, and is repaired when told to") {
  const folder f;
  const std::string index = "--index '" + f.str() + "/index'";
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += record("a" + std::to_string(i), lighthouse + std::to_string(i)) + '\n';
  REQUIRE(run("index add -q --threshold 1 " + index + " '" + f.put("in.jsonl", lines) + "'").code == 0);
  const std::string index_folder = f.str() + "/index";
  for (const auto& each : std::filesystem::directory_iterator(index_folder))
    if (each.path().extension() == ".log") {
      std::fstream log(each.path(), std::ios::in | std::ios::out | std::ios::binary);
      log.seekp(static_cast<std::streamoff>(each.file_size() / 2)).put('?');
    }
  const outcome refused = run("index add " + index + " </dev/null");
  CHECK(refused.code == 3);
  CHECK(has(refused.err, "index: damaged: its log 0"));
  CHECK(has(refused.err, "`retold index repair --index " + index_folder + '`'));
  const outcome asked = run("index stats " + index);
  CHECK(asked.code == 1);
  CHECK(has(asked.err, "what was added behind that is not seen here"));
  const outcome told = run("index stats --json - " + index);
  CHECK(told.code == 1);
  CHECK(json::parse(told.out)["damaged"].at(0).get<std::string>().starts_with("its log 0"));
  for (const std::string& question : {std::string("--text x"), std::string("--id a0"), "-q '" + f.str() + "/in.jsonl'"}) {
    const outcome o = run("index query " + index + ' ' + question);
    CHECK_MESSAGE(o.code == 1, question);
    CHECK(has(o.out, R"("matches": [)"));
  }
  CHECK(run("index verify " + index).code == 3);
  const outcome repaired = run("index repair " + index);
  CHECK(repaired.code == 1);
  CHECK(has(repaired.err, "what was added behind that is left out"));
  for (const std::string command : {"index repair ", "index verify ", "index add "})
    CHECK(run(command + index + " </dev/null").code == 0);
  CHECK(json::parse(run("index stats --json - " + index).out)["damaged"] == json::array());
}

TEST_CASE("nothing is written into the index in place of a standard stream that is closed") {
  const folder f;
  const std::string index = "--index '" + f.str() + "/index'", in = f.put("in.jsonl", record("a", lighthouse));
  const std::string said = f.str() + "/said";
  CHECK(run("filter " + index + " '" + in + "' 2>'" + said + "' >&-; exit $?; true").code == 3);
  CHECK(has(slurp(said), "standard output: cannot be written"));
  CHECK(run("filter -q " + index + " <&-; exit $?; true").code != 0);
  CHECK(run("index verify -q " + index).code == 0);
  CHECK(run("filter -q " + index + " '" + in + "'").out == record("a", lighthouse));
}

TEST_CASE("a byte order mark before the first record is none of it") {
  const folder f;
  const std::string in = f.put("in.jsonl", "\xEF\xBB\xBF" + record("a", lighthouse));
  const outcome passed = run("filter -q --index '" + f.str() + "/index' '" + in + "' '" + in + "'");
  CHECK(passed.code == 0);
  CHECK(passed.out == record("a", lighthouse) + record("a", lighthouse));
}

TEST_CASE("one process writes, others read meanwhile") {
  const folder f;
  piped writer({"filter", "-q", "--index", f.str() + "/index"});
  writer.write(record("a", lighthouse));
  CHECK(has(writer.line(), "lighthouse"));
  const outcome second = filter("--index '" + f.str() + "/index' </dev/null");
  CHECK(second.code == 3);
  CHECK(has(second.err, "another process"));
  const outcome reader = run("index query --index '" + f.str() + "/index' --text '" + lighthouse + "'");
  CHECK_MESSAGE(reader.code == 0, reader.err);
  CHECK(json::parse(reader.out)["matches"].at(0)["id"] == "a");
  writer.close_in();
  CHECK(writer.end() == 0);
}

TEST_CASE("looking after an index: remove, expire, merge, compact, stats") {
  const folder f;
  const std::string index = "--index '" + f.str() + "/index' ", other = "--index '" + f.str() + "/other' ";
  const std::string old = record("old", lighthouse, {{"date", "2025-12-24"}}),
                    today = record("today", bakery, {{"date", "2026-11-22"}});
  CHECK(run("index add -q " + index + in_shell(f.put("both.jsonl", old + today))).code == 0);
  const outcome expired = run("index expire " + index + "--before 2026-01-01");
  CHECK(expired.err == "retold: 1 document from before 2026-01-01 removed\n");
  CHECK(filter("-q " + index + in_shell(f.put("old.jsonl", old))).out == old);  // new again
  CHECK(run("index remove " + index + "old nobody").err ==
        "retold: 1 document of 2 ids removed\nretold: 1 id is of no document: nobody\n");
  CHECK(run("index remove -q " + index + "--ids " + in_shell(f.put("ids", "today\n"))).code == 0);
  CHECK(json::parse(run("index stats --json - " + index).out)["documents"] == 0);
  CHECK(json::parse(run("index stats --json - " + index).out)["removed"] == 3);
  CHECK(run("index compact " + index).code == 0);
  CHECK(json::parse(run("index stats --json - " + index).out)["removed"] == 0);
  CHECK(run("index add -q " + other + in_shell(f.path / "both.jsonl")).code == 0);
  CHECK(run("index merge " + index + "'" + f.str() + "/other'").err ==
        "retold: 2 documents of 2 added, 0 were there already\n");
  CHECK(run("index merge " + index + "'" + f.str() + "/other'").err ==
        "retold: 0 documents of 2 added, 2 were there already\n");
  CHECK(filter("-q " + index + in_shell(f.put("edited.jsonl", record("x", lighthouse_edited)))).out.empty());
  CHECK(run("index verify -q " + index).code == 0);
  CHECK(run("index add -q " + other + in_shell(f.path / "both.jsonl") + " --scope $(printf 'caf\\351')").code == 0);
  CHECK(json::parse(run("index stats --json - " + other).out)["scopes"]["caf\uFFFD"] == 2);  // no UTF-8
  check_refused("index expire " + index + "--before yesterday", "--before takes a date");
  check_refused("index remove " + index, "nothing to remove");
  CHECK(run("index remove " + index + "--ids - </dev/null").err == "retold: 0 documents of 0 ids removed\n");  // nothing today
  check_refused("index merge " + index + "'" + f.str() + "/./index/'", "/index: cannot be merged into itself");
  CHECK(run("index add -q --scope none " + other + "</dev/null").code == 0);
  CHECK(run("index merge -q " + index + "'" + f.str() + "/other'").code == 0);
  CHECK(json::parse(run("index stats --json - " + index).out)["scopes"]["none"] ==
        0);  // to search it is no mistake there either
  check_refused("index frobnicate", "unknown command 'frobnicate'; commands: add, query, ");
}

TEST_CASE("counters for Prometheus, a summary as JSON, and exit codes") {
  const folder f;
  const std::string in =
      in_shell(f.put("in.jsonl", record("a", lighthouse) + record("b", lighthouse) + "none\n" + record("c", bakery)));
  const std::string index = " --index '" + f.str() + "/index' ", metrics = (f.path / "retold.prom").string(),
                    summary = (f.path / "summary.json").string();
  const outcome o = filter(in + index + "--metrics '" + metrics + "' --json '" + summary + "'");
  CHECK(o.code == 1);
  CHECK(has(o.err, "no record: "));
  CHECK(has(o.err, "3 records: 2 new, 1 exact and 0 near duplicates left out"));
  CHECK_FALSE(has(o.err, "told by their signatures"));
  const std::string counters = slurp(metrics);
  CHECK(has(counters, "\nretold_filter_records_total{status=\"new\"} 2\n"));
  CHECK(has(counters, "\nretold_filter_records_total{status=\"exact\"} 1\n"));
  CHECK(has(counters, "\nretold_filter_bad_lines_total 1\n"));
  CHECK(has(counters, "\nretold_index_documents{scope=\"default\"} 2\n"));
  const json said = json::parse(slurp(summary));
  CHECK(said["new"] == 2);
  CHECK(said["documents"] == 2);
  CHECK(said["options"]["verify"] == "sketch");
  CHECK(said["bad"].at(0)["reason"] == "not JSON");
  const outcome stopped = filter(in + " --index '" + f.str() + "/stopped' --on-error stop");
  CHECK(stopped.code == 3);
  CHECK(has(stopped.err, "in.jsonl:3: not JSON"));
  CHECK(stopped.out == record("a", lighthouse));
  check_refused("filter " + in + index + "--metrics " + in, "in.jsonl");
}

TEST_CASE("whoever reads has had enough: what was done until then is counted all the same") {
  const folder f;
  const std::string metrics = f.str() + "/metrics", summary = f.str() + "/json", err = f.str() + "/err";
  piped filter({"filter", "--index", f.str() + "/index", "--json", summary, "--metrics", metrics, "--threads", "1"}, err);
  filter.write(record("a", lighthouse));
  CHECK(filter.line() == record("a", lighthouse));
  filter.write(record("b", lighthouse) + record("c", bakery));
  CHECK(filter.line() == record("c", bakery));
  filter.close_out();
  std::signal(SIGPIPE, SIG_IGN);
  filter.write(record("d", bank));
  CHECK(filter.end() == -SIGPIPE);  // what could not be passed on is in the index: whoever waits must hear of it
  CHECK_FALSE(has(slurp(err), "records:"));
  CHECK(json::parse(slurp(summary))["records"] == 4);
  CHECK(has(slurp(metrics), "retold_filter_records_total{status=\"new\"} 3\n"));
  CHECK(has(slurp(metrics), "retold_index_documents{scope=\"default\"} 3\n"));
  CHECK(json::parse(run("index stats --index '" + f.str() + "/index' --json - | cat").out)["documents"] == 3);
}

TEST_CASE("counters are written also while nothing comes") {
  const folder f;
  const std::string metrics = f.str() + "/metrics";
  piped filter({"filter", "-q", "--index", f.str() + "/index", "--metrics", metrics, "--threads", "1"});
  filter.write(record("a", lighthouse));
  CHECK(filter.line() == record("a", lighthouse));
  const auto until = std::chrono::steady_clock::now() + slowness * std::chrono::seconds(20);
  while (!has(slurp(metrics), "{status=\"new\"} 1\n") && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(has(slurp(metrics), "{status=\"new\"} 1\n"));
  filter.close_in();
  CHECK(filter.end() == 0);
}

TEST_CASE("an index that goes, or is replaced, while it is written to is the end of the job") {
  const auto files_of = [](const fs::path& in) {
    std::map<std::string, std::string> out;
    for (const auto& file : fs::directory_iterator(in)) out[file.path().filename().string()] = slurp(file.path().string());
    return out;
  };
  for (const bool replaced : {false, true})
    for (const bool more : {false, true}) {
      const folder f;
      const fs::path index = f.path / "index", other = f.path / "other";
      for (const std::string& text : {lighthouse, bakery, bank})  // its files have other numbers
        CHECK(run("filter -q --index '" + other.string() + "' " + in_shell(f.put("in.jsonl", record("x", text)))).code == 0);
      const auto before = files_of(other);
      const std::string err = f.str() + "/err";
      piped filter({"filter", "-q", "--index", index.string(), "--threads", "1"}, err);
      filter.write(record("a", lighthouse));
      CHECK(filter.line() == record("a", lighthouse));
      fs::remove_all(index);
      if (replaced) fs::rename(other, index);
      if (more) filter.write(record("b", bakery));
      filter.close_in();
      CHECK(filter.rest().empty());
      CHECK(filter.end() == 3);
      CHECK(
          has(slurp(err), index.string() + ": was removed or replaced while it was written to; nothing more is kept there\n"));
      CHECK(fs::exists(index) == replaced);
      if (replaced) CHECK((files_of(index) == before));
      if (replaced) CHECK(run("index verify --index '" + index.string() + "'").code == 0);
    }
}

TEST_CASE("what was fed before: passed again as it was, or left out; dates that cannot be read are told") {
  const folder f;
  const std::string index = "--index '" + f.str() + "/index' ", twice = record("a", lighthouse) + record("a", lighthouse);
  const auto fed = [&](const std::string& options, const std::string& records) {
    return filter(index + options + ' ' + in_shell(f.put("in.jsonl", records)));
  };
  const outcome passed = fed("", twice);
  CHECK(passed.out == twice);
  CHECK(has(passed.err, "1 of these had been fed before: the answer is as it was; --repeats drop leaves them out\n"));
  const outcome left_out = fed("--repeats drop", twice);
  CHECK(left_out.out == "");
  CHECK(has(left_out.err, "2 of these had been fed before: left out\n"));
  CHECK(has(fed("--repeats drop --action mark", twice).err, "2 of these had been fed before: marked as repeated\n"));
  CHECK(has(fed("--action mark", twice).err, "fed before: the answer is as it was; --repeats drop marks them\n"));
  CHECK(has(run("index add " + index + in_shell(f.path / "in.jsonl")).err, "fed before: the answer is as it was\n"));
  const std::string wordless = record("w", "...");
  CHECK(fed("--repeats drop", wordless).out == wordless);
  CHECK(fed("--repeats drop", wordless).out == "");
  CHECK(fed("", wordless).out == wordless);
  CHECK(fed("--repeats drop", record("b", bank)).out == record("b", bank));
  CHECK(has(fed("--action mark", record("a", lighthouse)).out, R"("of": "a", "similarity": 1}})"));
  CHECK(has(fed("--repeats drop --action mark", record("a", lighthouse)).out, R"("repeated": true}})"));
  CHECK(fed("--repeats no", "").code == 2);

  const auto dated_as = [](const json& date) {
    return json({{"id", date.dump()}, {"text", bank}, {"date", date}}).dump() + '\n';
  };
  const std::string known = dated_as("2026-11-22") + dated_as("Sun, 22 Nov 2026 10:00:00 GMT") + dated_as(nullptr);
  CHECK(!has(fed("", known).err, "cannot be read"));
  CHECK(has(fed("", known + dated_as("yesterday") + dated_as(1700000000)).err,
            R"(2 of 5 records have a date in field "date" that cannot be read: they count as without one)"));
}

TEST_CASE("stories: what is new passes, in output, summary, JSON and counters") {
  const folder f;
  const std::vector<std::string> records = {record("bank", bank, dated(12)), record("storm", storm, dated(12)),
                                            record("again", storm_again, dated(13)), record("copy", storm, dated(14)),
                                            record("late", storm_late, dated(22))};
  std::string all;
  for (const std::string& line : records) all += line;
  const std::string in = in_shell(f.put("in.jsonl", all)), index = " --index '" + f.str() + "/index' ",
                    metrics = (f.path / "retold.prom").string(), summary = (f.path / "summary.json").string();
  const std::string stories = "--level story --window 3 --story-threshold 0.05 ";
  const outcome o = filter(in + index + stories + "--metrics '" + metrics + "' --json '" + summary + "'");
  CHECK_MESSAGE(o.code == 0, o.err);
  CHECK(o.out == records[0] + records[1] + records[4]);
  CHECK(has(o.err, "\nretold: 5 records: 3 new, 1 of known stories, 1 exact and 0 near duplicates left out; "));
  const json said = json::parse(slurp(summary));
  CHECK(said["new"] == 3);
  CHECK(said["story"] == 1);
  CHECK(said["exact"] == 1);
  CHECK(said["documents"] == 4);
  CHECK(said["options"]["level"] == "story");
  CHECK(said["options"]["window_days"] == 3);
  CHECK(has(slurp(metrics), "\nretold_filter_records_total{status=\"story\"} 1\n"));

  const outcome marked = filter(in + index + stories + "--action mark");
  CHECK(ids_of(marked.out) == "bank storm again copy late");
  CHECK(has(marked.err, "3 new, 1 of known stories, 1 exact and 0 near duplicates marked"));
  CHECK(has(marked.err, "5 of these had been fed before"));
  const std::vector<json> marks = parsed(marked.out);
  CHECK(marks[1]["retold"] == json({{"status", "new"}, {"of", "storm"}, {"similarity", 1}, {"story", "storm"}}));
  CHECK(marks[2]["retold"]["status"] == "story");
  CHECK(marks[2]["retold"]["of"] == "storm");
  CHECK(marks[2]["retold"]["story"] == "storm");
  CHECK(marks[2]["retold"]["similarity"] > 0.2);
  CHECK(marks[3]["retold"] == json({{"status", "exact"}, {"of", "storm"}, {"similarity", 1}, {"story", "storm"}}));
  CHECK(marks[4]["retold"]["story"] == "late");

  const outcome stats = run("index stats" + index);
  CHECK(stats.out.starts_with("4 documents, "));
  CHECK(has(stats.out, "\nlevel story, threshold 0.8, "));
  CHECK(has(stats.out, "\n3 stories, window 3 days, story threshold 0.05\n"));
  const json told = json::parse(run("index stats --json -" + index).out);
  CHECK(told["stories"] == 3);
  CHECK(told["options"]["window_days"] == 3);
  CHECK(told["options"]["story_threshold"] == 0.05);
  CHECK(run("index verify -q" + index).code == 0);
}

TEST_CASE("stories: an index says which one a record is of, and goes on with it when what opened it is gone") {
  const folder f;
  const std::string index = " --index '" + f.str() + "/index' ";
  const std::string all =
      record("bank", bank, dated(12)) + record("storm", storm, dated(12)) + record("again", storm_again, dated(13));
  CHECK(run("index add -q --level story" + index + in_shell(f.put("in.jsonl", all))).code == 0);
  const auto asked = [&](const std::string& text, int day) {
    const outcome o = run("index query" + index + in_shell(f.put("ask.jsonl", record("q", text, dated(day)))));
    CHECK_MESSAGE(o.code == 0, o.err);
    return std::pair(json::parse(o.out)["matches"], o.err);
  };
  const auto [matches, err] = asked(storm_late, 15);
  REQUIRE(matches.size() == 1);
  CHECK(matches[0]["status"] == "story");
  CHECK(matches[0]["id"] == "again");
  CHECK(matches[0]["story"] == "storm");
  CHECK(matches[0]["similarity"] < 0.8);
  CHECK(has(err, "1 record: 0 like none, 1 of known stories, 0 exact and 0 near duplicates found"));
  CHECK(asked(storm, 15).first.at(0)["status"] == "exact");
  CHECK(asked(storm_late, 29).first.empty());  // the window of its own is seven days
  CHECK(json::parse(run("index query --id again" + index).out)["matches"].at(0)["story"] == "storm");
  CHECK(run("index remove -q storm" + index).code == 0);
  CHECK(asked(storm_late, 15).first.at(0)["story"] == "storm");
  CHECK(json::parse(run("index stats --json -" + index).out)["stories"] == 2);
}

TEST_CASE("stories: options that an index cannot have, or was not made with") {
  const folder f;
  const std::string story = "--index '" + f.str() + "/story' ", near = "--index '" + f.str() + "/near' ";
  check_refused("filter " + near + "--window 3 </dev/null", "--window is for --level story");
  check_refused("filter " + near + "--story-threshold 0.1 </dev/null", "--story-threshold is for --level story");
  check_refused("filter " + near + "--level exact --window 3 </dev/null", "--window is for --level story");
  for (const std::string option : {"--threshold 0.5", "--shingle char:4", "--slots 16", "--recall 0.9", "--store-text"})
    check_refused("filter " + near + "--level exact " + option + " </dev/null",
                  option.substr(0, option.find(' ')) + " has no meaning at level exact");
  CHECK_FALSE(fs::exists(f.path / "near"));
  CHECK(filter(near + "</dev/null").code == 0);
  CHECK(filter(story + "--level story </dev/null").code == 0);
  const std::string end = "; leave these options out, or make another index";
  check_refused("filter " + near + "--level story </dev/null", f.str() + "/near: made with level near (not story)" + end);
  check_refused("filter " + near + "--level story --window 3 </dev/null", "/near: made with level near (not story)" + end);
  check_refused("filter " + near + "--window 3 </dev/null", "--window is for --level story");
  check_refused("filter " + story + "--level near </dev/null", "/story: made with level story (not near)" + end);
  check_refused("filter " + story + "--window 3 </dev/null", "/story: made with window 7 (not 3)" + end);
  check_refused("filter " + story + "--story-threshold 0.1 </dev/null",
                "/story: made with story-threshold 0.045 (not 0.1)" + end);
  check_refused("filter " + story + "--window -1 </dev/null", "--window: '-1' is no number that it takes");
  check_refused("filter " + story + "--level topic </dev/null", "--level: 'topic' is not exact, near or story");
  CHECK(filter(story + "--level story --window 7 </dev/null").code == 0);
  const outcome none = run("index merge " + near + "'" + f.str() + "/story'");
  CHECK(none.code == 2);
  CHECK(has(none.err, f.str() + "/near: made with level near (not story), unlike " + f.str() +
                          "/story: only what was made with the same options can be merged; build one of the two anew"));
}

TEST_CASE("a stream whose texts have another name says so while it comes; records of all kinds are let through") {
  const folder f;
  const std::string err = f.str() + "/err";
  piped filter({"filter", "-q", "--index", f.str() + "/index"}, err);
  std::string in;
  for (int i = 0; i < 100; ++i) in += json{{"id", i}, {"body", bank}}.dump() + '\n';
  filter.write(in);
  for (int i = 0; i < 100; ++i) CHECK(has(filter.line(), "Norlandia"));
  for (int waits = 0; waits < 1000 && !has(slurp(err), "\n"); ++waits)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(has(slurp(err),
            "so far no line of 100 has a text: standard input:1: no field \"text\" and no field \"title\"; it has "
            "\"body\", \"id\"; --text-field names the field that holds it\n"));
  filter.write(record("a", bank));  // it was a bad beginning
  CHECK(filter.line() == record("a", bank));
  filter.close_in();
  CHECK(filter.end() == 1);
}

TEST_CASE("a stream whose records all have one id says so while it comes") {
  const folder f;
  const std::string err = f.str() + "/err";
  piped filter({"filter", "-q", "--index", f.str() + "/index"}, err);
  std::string in;
  for (int i = 0; i < 1001; ++i) in += record("feed", std::to_string(i) + " is what this one says, and that is all");
  filter.write(in);
  filter.close_in();
  while (!filter.line().empty()) {
  }
  CHECK(filter.end() == 0);
  CHECK(has(slurp(err), "records have an id that came before, with other words, in field \"id\"; --id-field names the field"));
  CHECK(has(run("filter --index '" + f.str() + "/other' " + in_shell(f.put("in", "{\"text\": \"one two three\"}\n"))).err,
            "retold: 1 of 1 records have no id in field \"id\": fed again, they are duplicates of themselves\n"));
}
