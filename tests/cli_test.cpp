// SPDX-License-Identifier: Apache-2.0
// Usage, outputs and `cluster`: what the program prints where, and that no bad input spoils the rest of a job.
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "program.hpp"
#include "slowness.hpp"

TEST_CASE("help in two lengths, version, and wrong usage") {
  const outcome brief = run("cluster -h"), full = run("cluster --help");
  CHECK(brief.code == 0);
  CHECK(full.code == 0);
  CHECK(brief.out.size() < full.out.size());
  for (const char* option : {"--level", "--threshold", "--window", "--json", "--html", "--threads", "--preset", "--id-field"}) {
    CHECK_MESSAGE(has(brief.out, option), option);
    CHECK_MESSAGE(has(full.out, option), option);
  }
  CHECK(has(full.out, "Examples:"));
  CHECK(run("--version").out.starts_with("retold 0."));
  for (const char* wrong : {"", "nothing", "cluster", "cluster . --level dozen", "cluster . --threads x", "compare one.txt",
                            "cluster . --level near --threshold 2", "cluster . --shingle word:0", "cluster . --slots 1"}) {
    const outcome o = run(wrong);
    CHECK_MESSAGE(o.code == 2, wrong);
    CHECK_MESSAGE(!o.err.empty(), wrong);
  }
}

TEST_CASE("stories of a folder: text on stdout, summary on stderr, JSON and HTML in files") {
  const folder f;
  const outcome o = run("cluster " + news + " --json " + f.str() + "/r.json --html " + f.str() + "/r.html");
  CHECK(o.code == 0);
  CHECK(has(o.out, "en-ferry-agency.txt"));
  CHECK_FALSE(has(o.out, "\033["));  // no colour where stdout is no terminal
  CHECK(has(o.err, "44 documents"));
  const json result = json::parse(slurp(f.path / "r.json"));
  CHECK(result["level"] == "story");
  CHECK(result["groups"].size() == 21);
  CHECK(slurp(f.path / "r.html").starts_with("<!doctype html>"));
  CHECK(std::distance(fs::directory_iterator(f.path), {}) == 2);
}

TEST_CASE("--json - is alone on stdout; --quiet is quiet; threads do not matter") {
  const outcome one = run("cluster " + news + " --json - --quiet --threads 1"),
                two = run("cluster " + news + " --json - --threads 2");
  CHECK(one.code == 0);
  CHECK(one.err.empty());
  CHECK_FALSE(two.err.empty());
  CHECK(json::parse(one.out)["groups"].size() == 21);
  CHECK(one.out == two.out);
}

TEST_CASE("the order of paths does not matter where ids are unique") {
  const folder f;
  const std::string a = f.put("a.txt", good),
                    b = f.put("b.txt", "Another text altogether, about the price of bread in Mirefleurs.\n");
  CHECK(run("cluster -q --json - " + a + " " + b).out == run("cluster -q --json - " + b + " " + a).out);
}

TEST_CASE("levels and thresholds") {
  const auto groups = [](const std::string& options) {
    return json::parse(run("cluster -q --json - " + options + " " + news).out)["groups"].size();
  };
  CHECK(groups("--level exact") == 43);
  CHECK(groups("--level near") == 42);
  CHECK(groups("--level near --threshold 0.3") == 40);
  CHECK(groups("--level near --threshold 0.9") == 43);
  CHECK(groups("--level near --sketch simhash") == 42);
  CHECK(groups("--level story") == 21);
  CHECK(groups("--level story --threshold 0.9") == 41);
  CHECK(groups("--level topic") == 18);
}

TEST_CASE("a window keeps apart what is far apart in time") {
  const folder f;
  const std::string told[] = {"The lighthouse of Brannoch was sold at auction for two million to a hotel owner from Kelm.",
                              "A hotel owner from Kelm paid two million at the auction of the Brannoch lighthouse."};
  std::string lines;
  for (int i = 0; i < 2; ++i)
    lines +=
        json{{"id", i}, {"text", told[i] + " The sale ends years of argument."}, {"when", i == 0 ? "2026-05-02" : "2026-05-20"}}
            .dump() +
        '\n';
  for (const char* other : {"Snow closed the pass above Ilm for the ninth day.", "The choir of Sorrel sang for the miners."})
    lines += json{{"id", other}, {"text", other}}.dump() + '\n';
  const std::string in = f.put("in.jsonl", lines);
  const auto groups = [&](const std::string& options) {
    return json::parse(run("cluster -q --json - " + in + " " + options).out)["groups"].size();
  };
  CHECK(groups("") == 3);
  CHECK(groups("--date-field when --window 30") == 3);
  CHECK(groups("--date-field when --window 7") == 4);
  CHECK(groups("--window 7") == 3);  // no dates in the default field
  CHECK(has(run("cluster --window 7 " + f.str()).err, "no document has a date in field \"date\": --window has no effect"));
  CHECK_FALSE(has(run("cluster --date-field when --window 7 " + f.str()).err, "has no effect"));
}

TEST_CASE("a missing path is named and skipped; where all are missing, nothing can be done") {
  const outcome o = run("cluster no/such/folder nor/this");
  CHECK(o.code == 3);
  CHECK(has(o.err, "no/such/folder, nor/this: no such file or folder"));
  CHECK(o.out.empty());
  const folder f;
  const outcome mixed = run("cluster --json - no/such/folder " + f.put("good.txt", good));
  CHECK(mixed.code == 1);
  CHECK(has(mixed.err, "no/such/folder: no such file or folder"));
  CHECK(json::parse(mixed.out)["skipped"][0]["input"] == "no/such/folder");
  check_rest_intact(mixed);
}

TEST_CASE("a report beside the articles is none of them; what is given twice is read once") {
  const folder f;
  f.put("good.txt", good);
  const std::string again = "cluster --html " + f.str() + "/report.html --json - " + f.str();
  const std::string first = run(again).out;
  const outcome second = run(again);
  CHECK(second.code == 0);
  CHECK(second.out == first);
  CHECK(has(second.err, "1 input ignored (-v says why)"));
  CHECK(has(run("cluster -v " + f.str()).err, "report.html: a report of retold"));
  const outcome alone = run("cluster " + f.str() + "/report.html");
  CHECK(alone.code == 0);
  CHECK(has(alone.err, "nothing to read"));
  const outcome twice = run("cluster -v --json - " + f.str() + " " + f.str());
  CHECK(twice.code == 0);
  CHECK(twice.out == first);
  CHECK(has(twice.err, f.str() + ": already read"));
}

TEST_CASE("of two files of one name, the second says where it was read from") {
  const folder f;
  f.put("a/x.txt", good);
  f.put("b/x.txt", "Bread is dearer.\n");
  const outcome o = run("cluster -q --json - " + f.str() + "/a " + f.str() + "/b");
  CHECK(o.code == 0);
  const json documents = json::parse(o.out)["documents"];
  REQUIRE(documents.size() == 2);
  CHECK(documents[1]["id"] == "x.txt#2");
  CHECK(has(documents[1]["warnings"].dump(), f.str() + "/b/x.txt"));
}

TEST_CASE("standard input that is no JSONL is told so once") {
  const outcome o = run("cluster --json - -", "printf 'One line.\\nTwo lines.\\nThree.\\n' |");
  CHECK(o.code == 1);
  CHECK(times(o.err, "JSONL is expected here") == 1);
  CHECK(json::parse(o.out)["skipped"].size() == 3);
  CHECK(json::parse(o.out)["skipped"][2]["reason"] == "not JSON");
}

TEST_CASE("bad inputs are named, end in code 1, and leave the rest alone") {
  struct bad {
    const char* name;
    std::string bytes;
    const char* said;
  };
  const bad cases[] = {
      {"binary.txt", std::string("PK\x03\x04\0\0\0\0\x01\x02", 10), "binary.txt"},
      {"cut.txt.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b", 11), "cut.txt.gz"},
      {"list.jsonl", "{\"id\":\"x\",\"text\":\"fine\"}\n[1,2]\n", "list.jsonl:2"},
      {"type.jsonl", "{\"id\":\"x\",\"text\":7}\n", "type.jsonl:1"},
      {"none.jsonl", "{\"id\":\"x\"}\n", "none.jsonl:1"},
      {"junk.jsonl", "{\"id\":\n", "junk.jsonl:1"},
  };
  for (const bad& b : cases) {
    const folder f;
    f.put("good.txt", good);
    f.put(b.name, b.bytes);
    const outcome o = run("cluster --json - " + f.str());
    CHECK_MESSAGE(o.code == 1, b.name);
    CHECK_MESSAGE(has(o.err, b.said), o.err);
    CHECK_MESSAGE(json::parse(o.out)["skipped"].size() == 1, b.name);
    check_rest_intact(o);
  }
}

TEST_CASE("an unreadable file, a loop of links, a dangling link") {
  const folder f;
  f.put("good.txt", good);
  f.put("sub/more.txt", "More text about something else.\n");
  fs::create_directory_symlink(f.path, f.path / "sub" / "loop");
  fs::create_symlink(f.path / "gone", f.path / "dangling.txt");
  const outcome o = run("cluster --json - " + f.str());
  CHECK(o.code == 1);
  CHECK(has(o.err, "loop"));
  CHECK(has(o.err, "dangling.txt"));
  check_rest_intact(o);
  CHECK(json::parse(o.out)["documents"].size() == 2);
  if (geteuid() == 0) return;  // root reads everything
  fs::permissions(f.put("locked.txt", "x"), fs::perms::none);
  const outcome locked = run("cluster --json - " + f.str());
  CHECK(locked.code == 1);
  CHECK(has(locked.err, "locked.txt"));
}

TEST_CASE("0 documents, empty texts, ids given twice") {
  const folder f;
  const outcome none = run("cluster " + f.str());
  CHECK(none.code == 0);
  CHECK(has(none.err, "0 documents"));
  f.put("a.txt", "");
  f.put("r.jsonl",
        "{\"id\":\"same\",\"text\":\"bread is dearer\"}\n{\"id\":\"same\",\"text\":\"a lighthouse was sold\"}\n{\"text\":\"no "
        "id\"}\n");
  const json result = json::parse(run("cluster -q --json - " + f.str()).out);
  std::set<std::string> ids;
  for (const auto& d : result["documents"]) {
    ids.insert(d["id"]);
    if (d["id"] == "same#2") CHECK(d["warnings"].size() == 1);
  }
  CHECK(ids == std::set<std::string>{"a.txt", "r.jsonl:3", "same", "same#2"});
  CHECK(result["groups"].size() == 4);
}

TEST_CASE("one line of 200 MB is one document, read in good time") {
  const folder f;
  {
    std::ofstream out(f.path / "long.txt", std::ios::binary);
    std::string block;
    for (int i = 0; block.size() < 1'000'000; ++i)
      block += "word" + std::to_string(i * 7919 % 100003) + (i % 17 == 0 ? ". " : " ");
    for (std::size_t i = 0; i < 200 / slowness; ++i) out << block;
  }
  f.put("good.txt", good);
  const outcome o = run("cluster -q --level near --json - " + f.str());
  CHECK(o.code == 0);
  check_rest_intact(o);
}

TEST_CASE("- reads JSONL from stdin, fields can be named") {
  const outcome o =
      run("cluster -q --json - - --text-field body --id-field key", "printf '{\"key\":\"k\",\"body\":\"hello world\"}\\n' |");
  CHECK(o.code == 0);
  const json result = json::parse(o.out);
  CHECK(result["documents"][0]["id"] == "k");
  CHECK(result["documents"][0]["tokens"] == 2);
}

TEST_CASE("results that cannot be written, and readers that go away") {
  const folder f;
  f.put("good.txt", good);
  const outcome o = run("cluster -q " + f.str() + " --html " + f.str() + "/no/such/report.html");
  CHECK(o.code == 3);
  CHECK(has(o.err, "report.html"));
  const std::string code = (f.path / "code").string();
  const std::string left_early = "{ '" + program + "' cluster -q --json - " + news + " 2>/dev/null; echo $? >'" + code + "'; }";
  (void)!std::system((left_early + " | head -c 10 >/dev/null").c_str());
  CHECK(slurp(code) == "0\n");
  CHECK(run("cluster -q --json - " + f.str() + " >/dev/full; exit $?; true").code == 3);
}

TEST_CASE("a result replaces what a link points at, and keeps its permissions") {
  const folder f;
  f.put("real.json", "old");
  fs::permissions(f.path / "real.json", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("real.json", f.path / "link.json");
  CHECK(run("cluster -q " + f.put("good.txt", good) + " --json " + f.str() + "/link.json").code == 0);
  CHECK(fs::is_symlink(f.path / "link.json"));
  CHECK(json::parse(slurp(f.path / "real.json"))["level"] == "story");
  CHECK(fs::status(f.path / "real.json").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  fs::create_symlink("later.json", f.path / "dangling.json");
  CHECK(run("cluster -q " + f.str() + "/good.txt --json " + f.str() + "/dangling.json").code == 0);
  CHECK(fs::is_symlink(f.path / "dangling.json"));
  CHECK(fs::is_regular_file(f.path / "later.json"));
}

TEST_CASE("a pipe that has a name is written to") {
  const folder f;
  const std::string in = f.put("good.txt", good);
  for (const char* option : {"--json", "--html"}) {
    const std::string line =
        "{ '" + program + "' cluster -q " + in + ' ' + option + " /dev/fd/4 >/dev/null; } 4>&1 | cat >'" + f.str() + "/got'";
    CHECK(std::system(line.c_str()) == 0);
    CHECK(slurp(f.path / "got").size() > good.size());
  }
}

TEST_CASE("standard output under another name is written on with, not replaced") {
  const folder f;
  fs::create_symlink("/proc/self/fd/1", f.path / "stdout");
  const std::string log = f.put("log", "before\n"), in = f.put("good.txt", good);
  const std::string line = "'" + program + "' cluster -q --json " + f.str() + "/stdout " + in + " >>'" + log + "'";
  CHECK(std::system(line.c_str()) == 0);
  CHECK(slurp(log).starts_with("before\n"));
  CHECK(has(slurp(log), "\"level\": \"story\""));
  CHECK(fs::is_symlink(f.path / "stdout"));
}

TEST_CASE("standard output that does not block is waited for") {
  int ends[2];
  REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
  REQUIRE(dup2(ends[1], 9) == 9);  // a digit: not every shell knows more
  std::string got;
  std::jthread reader([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    char bytes[4096];
    for (pollfd ready{ends[0], POLLIN, 0}; poll(&ready, 1, -1) > 0;) {
      const ssize_t n = read(ends[0], bytes, sizeof bytes);
      if (n <= 0) break;
      got.append(bytes, static_cast<std::size_t>(n));
    }
  });
  const int status = std::system(("'" + program + "' cluster -q --json - " + news + " >&9").c_str());
  close(ends[1]);
  close(9);
  reader.join();
  close(ends[0]);
  CHECK(status == 0);
  CHECK(got.size() > 1 << 16);
  CHECK(json::parse(got)["groups"].size() == 21);
}

TEST_CASE("JSON nested deeper than any record is named, not followed") {
  const folder f;
  const std::string deep = "{\"z\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
  const std::string lines = f.put("deep.jsonl", deep + "\n{\"a\":\"It rains.\",\"b\":\"It rains.\"}\n");
  const outcome o = run("compare --pairs " + lines);
  CHECK(o.code == 1);
  CHECK(has(o.err, "deep.jsonl:1"));
  CHECK(has(o.out, "identical"));
}

TEST_CASE("control characters in names do not reach the terminal, and 0 is a value like another") {
  const folder f;
  f.put("good.txt", good);
  f.put("evil\x1b[2J.txt", std::string("\0\0", 2));
  const outcome o = run("cluster " + f.str());
  CHECK(o.code == 1);
  CHECK(o.err.find('\x1b') == std::string::npos);
  CHECK(run("cluster --slots 0 " + f.str()).code == 2);
  CHECK(run("cluster --recall 0 " + f.str()).code == 2);
}

TEST_CASE("options from a file") {
  const folder f;
  f.put("in/good.txt", good);
  const std::string config = f.put("retold.toml", "[cluster]\nlevel = \"near\"\nthreads = 1\n");
  CHECK(json::parse(run("--config " + config + " cluster -q --json - " + f.str() + "/in").out)["level"] == "near");
}

TEST_CASE("--config stands before or after the command; mistakes in the file are named") {
  const folder f;
  const std::string in = f.put("in/good.txt", good);
  const std::string right =
      f.put("right.toml", "# mine\n[cluster]\nlevel = \"near\"\nquiet = true\n[compare]\noffsets = \"utf16\"\n");
  for (const std::string& line :
       {"--config " + right + " cluster --json - " + in, "cluster --json - " + in + " --config " + right}) {
    const outcome o = run(line);
    CHECK_MESSAGE(o.code == 0, o.err);
    CHECK(o.err.empty());
    CHECK(json::parse(o.out)["level"] == "near");
  }
  CHECK(json::parse(run("cluster --level topic --json - " + in + " --config " + right).out)["level"] == "topic");
  const std::pair<const char*, const char*> wrong[] = {
      {"[cluster]\nlevl = \"near\"\n", "wrong.toml: unknown key 'levl' in section [cluster]"},
      {"[compare]\nlevel = \"near\"\n", "wrong.toml: unknown key 'level' in section [compare]"},
      {"level = \"near\"\n", "wrong.toml: unknown key 'level'"},
      {"[clustr]\nlevel = \"near\"\n", "wrong.toml: unknown section [clustr]"},
      {"[clustr]\n", "wrong.toml: unknown section [clustr]"},
      {"this is no option\n", "wrong.toml: unknown key 'this is no option'"},
      {"[cluster\nlevel = \"near\"\n", "wrong.toml: unknown key '[cluster'"},
      {"[cluster]\nlevel = \"dozen\"\n", "wrong.toml"},
      {"[cluster]\nhelp = true\n", "wrong.toml"},
  };
  for (const auto& [bytes, said] : wrong) {
    const std::string file = f.put("wrong.toml", bytes);
    check_refused("cluster " + in + " --config " + file, said);
    check_refused("--config " + file + " compare " + in + " " + in, said);
  }
  check_refused("cluster " + in + " --config nowhere.toml", "nowhere.toml");
}

TEST_CASE("wrong usage names what is wrong and the help of the command") {
  check_refused("foo",
                "unknown command 'foo'; commands: cluster, compare, dedup, filter, index, evaluate, advise; see retold --help");
  check_refused("clustr x", "unknown command 'clustr'; ");
  check_refused("help", "unknown command 'help'; ");
  check_refused("--bogus", "unknown option '--bogus'; see retold --help");
  check_refused("cluster --bogus", "unknown option '--bogus'; see retold cluster --help");
  check_refused("cluster . --bogus 3", "unknown option '--bogus'");
  check_refused("cluster", "PATH is required; see retold cluster --help");
  check_refused("cluster . --threads 2000", "--threads");
  check_refused("cluster . --level dozen", "dozen");
  check_refused("cluster . --shingle word:0", "word:0");
  check_refused("compare one.txt", "see retold compare --help");
  check_refused("compare a b c", "unexpected argument 'c'; see retold compare --help");
  const outcome nothing = run("");
  CHECK(nothing.code == 2);
  CHECK(nothing.out.empty());
  CHECK(nothing.err == run("-h").out);
}

TEST_CASE("help keeps to the width, without the parser's own notation") {
  for (const char* command : {"", "cluster ", "compare "})
    for (const char* length : {"-h", "--help"})
      for (const std::size_t width : {30, 40, 63, 64, 80, 100, 200}) {
        const outcome o = run(std::string(command) + length, "COLUMNS=" + std::to_string(width));
        CHECK(o.code == 0);
        const auto examples = o.out.find("Examples:");  // to copy, so never broken
        for (const std::string& line : lines_of(o.out.substr(0, examples)))
          if (!line.starts_with("Usage:")) CHECK_MESSAGE(line.size() <= std::max<std::size_t>(width, 40), line);
        for (const char* noise : {"UINT", "{news", " in [", "REQUIRED", ":{"}) CHECK_FALSE(has(o.out, noise));
      }
  for (const std::string& line : lines_of(run("cluster --help", "COLUMNS=80").out))
    if (line.starts_with("   ")) CHECK_MESSAGE(line.find_first_not_of(' ') == 28, line);
  for (const char* nonsense : {"", "0", "19", "1001", "80x", "-5", "99999999999999999999"})
    CHECK(run("cluster --help", std::string("COLUMNS=") + nonsense).out == run("cluster --help", "COLUMNS=100").out);
  CHECK(has(run("compare --help").out, "probability"));
}

TEST_CASE("the report is as wide as COLUMNS where stdout is no terminal") {
  const auto at = [](const std::string& columns) { return run("cluster -q " + news, "COLUMNS=" + columns).out; };
  CHECK(at("100") == at("none"));
  CHECK(at("60") != at("100"));
  CHECK(at("20") == at("40"));
}

TEST_CASE("outputs that would mix are refused") {
  check_refused("cluster . --json - --html -", "--json and --html would mix on standard output");
  check_refused("compare a b --json - --html -", "--json and --html would mix on standard output");
  check_refused("compare --list x --pairs y", "--list and --pairs exclude one another");
  check_refused("compare a b --list y", "give two files, or --list FILE, or --pairs FILE");
  for (const char* output : {"--json z", "--html z", "--json -"}) {
    check_refused(std::string("compare --list x ") + output,
                  "--list writes JSON lines to standard output; --json and --html go with two files");
    check_refused(std::string("compare --pairs x ") + output,
                  "--pairs writes JSON lines to standard output; --json and --html go with two files");
  }
  const folder f;
  CHECK(run("cluster -q --html - " + f.put("a.txt", good)).out.starts_with("<!doctype html>"));
}

TEST_CASE("what was not read is hinted at") {
  const folder f;
  f.put("a.pdf", "x");
  const std::string one = "1 input ignored (-v says why)\n";
  const outcome none = run("cluster " + f.str());
  CHECK(none.code == 0);
  CHECK(has(none.err, one));
  CHECK(run("cluster -q " + f.str()).err.empty());
  const outcome named = run("cluster -v " + f.str());
  CHECK(has(named.err, "a.pdf"));
  CHECK(has(named.err, "not a kind that is read"));
  CHECK_FALSE(has(named.err, "-v says"));
  f.put("b.doc", "x");
  f.put("good.txt", good);
  CHECK(has(run("cluster " + f.str()).err, "2 inputs ignored (-v says why)\n"));

  const std::string elsewhere = f.put("in/r.jsonl", "{\"body\": \"words\"}\n{\"body\": \"more words\"}\n");
  const outcome other_field = run("cluster " + elsewhere);
  CHECK(other_field.code == 1);
  CHECK(has(other_field.err, "2 inputs skipped"));
  CHECK(has(other_field.err, "; use --text-field "));
  CHECK_FALSE(has(other_field.err, "nothing to read"));
  CHECK_FALSE(has(run("cluster " + elsewhere + " " + f.str() + "/good.txt").err, "--text-field"));
  CHECK_FALSE(has(run("cluster " + f.put("in/no.jsonl", "no JSON\n")).err, "--text-field"));
}

TEST_CASE("thresholds keep to the range of their level") {
  const folder f;
  const std::string in = f.put("a.txt", good);
  for (const char* x : {"0.5", "0", "1"})
    check_refused("cluster --level exact --threshold " + std::string(x) + " " + in, "threshold has no meaning at level exact");
  for (const char* x : {"0", "-0.1", "1.01", "nan", "inf"})
    check_refused("cluster --level near --threshold=" + std::string(x) + " " + in, " is out of range: above 0, at most 1; see");
  for (const std::string level : {"story", "topic"}) {
    for (const char* x : {"-0.1", "1.01", "nan"})
      check_refused("cluster --level " + level + " --threshold=" + x + " " + in, " is out of range: 0 to 1; see");
    for (const char* x : {"0", "1"}) CHECK(run("cluster --level " + level + " --threshold " + x + " " + in).code == 0);
  }
  CHECK(run("cluster --level near --threshold 1 " + in).code == 0);
  CHECK(run("cluster --level exact " + in).code == 0);
  check_refused("cluster --level exact --slots 64 " + in, "--slots has no meaning at level exact");
  check_refused("cluster --level near --window 3 " + in, "--window is for --level story");
}

TEST_CASE("an empty value is none, and no 0") {
  const folder f;
  const std::string in = f.put("in.jsonl", "{\"text\": \"It rains.\"}\n");
  const char* options[] = {"cluster --threshold", "cluster --slots",        "cluster --window", "cluster --threads",
                           "cluster --json",      "cluster --id-field",     "cluster --level",  "dedup --threshold",
                           "dedup --output",      "dedup --memory",         "advise --sample",  "advise --threshold",
                           "evaluate --worst",    "evaluate --lsh --slots", "compare --pairs",  "compare --list",
                           "compare --html"};
  for (const std::string option : options)
    check_refused(option + " '' " + in, option.substr(option.rfind("--")) + ": the value is empty");
  check_refused("--config '' cluster " + in, "--config: the value is empty");
  check_refused("cluster " + in + " --config " + f.put("c.toml", "[cluster]\nthreshold = \"\"\n"),
                "--threshold: the value is empty");
}

TEST_CASE("standard output and standard error both name skipped inputs where they are apart") {
  const folder f;
  f.put("in/good.txt", good);
  f.put("in/bad.jsonl", "no JSON\n");
  const outcome o = run("cluster " + f.str() + "/in");
  CHECK(times(o.out, "bad.jsonl:1") == 1);
  CHECK(times(o.err, "bad.jsonl:1") == 1);
}

TEST_CASE("a terminal shows skipped inputs once, in its own width" * doctest::skip(!has_terminals())) {
  const folder f;
  f.put("in/good.txt", good);
  f.put("in/bad.jsonl", "no JSON\n");
  const std::string in = f.str() + "/in";
  CHECK(times(on_terminal("cluster " + in, 100), "bad.jsonl:1") == 1);
  CHECK(times(on_terminal("cluster --json " + f.str() + "/r.json " + in, 100), "bad.jsonl:1") == 1);
  const auto widest = [](const std::string& text) {
    std::size_t most = 0;
    for (const std::string& line : lines_of(text)) most = std::max(most, line.size());
    return most;
  };
  CHECK(widest(on_terminal("-h", 64)) <= 65);  // a terminal ends lines in \r\n
  CHECK(widest(on_terminal("-h", 10)) <= 41);
  CHECK(widest(on_terminal("-h", 200)) > 80);
}
