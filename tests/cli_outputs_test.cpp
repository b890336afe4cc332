// SPDX-License-Identifier: Apache-2.0
// What the program writes spoils nothing that it reads.
#include "program.hpp"

namespace {

// Refused before anything is done: the file is as it was.
void check_spared(const std::string& arguments, const fs::path& file, const std::string& said = "is an input") {
  const std::string before = slurp(file);
  check_refused(arguments, said);
  CHECK_MESSAGE(slurp(file) == before, arguments);
}

}  // namespace

TEST_CASE("no output of any command spoils an input, by whatever name it is given") {
  const folder f;
  const std::string at = f.str() + '/',
                    in = f.put("in.jsonl", "{\"id\": \"a\", \"story\": 1, \"text\": \"It rains in Torvik.\"}\n"),
                    groups = f.put("groups.jsonl", "{\"documents\": [\"a\"]}\n");
  fs::create_directory(f.path / "deep");
  fs::create_symlink(in, f.path / "soft");
  fs::create_symlink("soft", f.path / "softer");
  fs::create_hard_link(in, f.path / "hard");
  const std::string commands[] = {"cluster " + in,
                                  "compare " + in + " " + in,
                                  "advise " + in,
                                  "evaluate --lsh " + in,
                                  "evaluate " + in + " " + groups,
                                  "evaluate " + groups + " " + in,
                                  "dedup " + in + " -o /dev/null"};
  for (const std::string& command : commands)
    for (const char* name : {"in.jsonl", "deep/../in.jsonl", "soft", "softer", "hard"})
      check_spared(command + " --json " + at + name, in);
  for (const char* command : {"cluster ", "compare /dev/null "})
    for (const char* name : {"in.jsonl", "softer", "hard"}) check_spared(command + in + " --html " + at + name, in);
  CHECK(run("cluster -q --json " + at + "in.jsonl - <" + in).code == 2);
  CHECK(has(slurp(in), "Torvik"));
  check_spared("cluster " + in + " --json " + at + "out --html " + at + "deep/../out", in, "name the same file");
  CHECK(names_in(f.path) == std::set<std::string>{"deep", "groups.jsonl", "hard", "in.jsonl", "soft", "softer"});
}

TEST_CASE("standard output that goes on an input is refused: what is read while it is written would never end") {
  const folder f;
  const std::string lines = "{\"id\": 1, \"text\": \"It rains.\", \"a\": \"It rains.\", \"b\": \"It rains.\"}\n",
                    in = f.put("in.jsonl", lines);
  const auto check_spared_by = [&](const std::string& command, const std::string& file, const std::string& said) {
    const std::string before = slurp(f.path / file);
    const int status = std::system(("cd '" + f.str() + "' && '" + program + "' " + command + " >>" + file + " 2>said").c_str());
    CHECK_MESSAGE(WEXITSTATUS(status) == 2, command);
    CHECK_MESSAGE(slurp(f.path / file) == before, command);
    CHECK_MESSAGE(has(slurp(f.path / "said"), "standard output goes to " + said), command);
  };
  for (const std::string command :
       {"compare --pairs in.jsonl", "compare --list in.jsonl", "dedup in.jsonl", "cluster in.jsonl --json -",
        "cluster in.jsonl --json in.jsonl", "cluster in.jsonl", "compare in.jsonl in.jsonl", "advise in.jsonl",
        "evaluate --lsh in.jsonl", "evaluate in.jsonl groups.jsonl", "cluster in.jsonl --json groups.json"})
    check_spared_by(command, "in.jsonl", "in.jsonl, which is an input");
  for (const std::string command :
       {"compare --pairs -", "compare --list -", "dedup -", "cluster -", "cluster - --json -", "advise -", "evaluate - x"})
    check_spared_by(command + " <in.jsonl", "in.jsonl", "the file on standard input, which is an input");
  for (const char* file : {"d/kept.jsonl", "d/linked", "d/sub/kept.jsonl.gz"}) f.put(file, lines);
  fs::create_symlink(f.path / "d/linked", f.path / "d/link.jsonl");
  for (const std::string command : {"dedup d", "dedup d --json report.json", "cluster d", "cluster d --json -", "advise d/"}) {
    check_spared_by(command, "d/kept.jsonl", "");
    check_spared_by(command, "d/sub/kept.jsonl.gz", "");
    check_spared_by(command, "d/linked", "");
  }
  CHECK(slurp(in) == lines);
  CHECK_FALSE(fs::exists(f.path / "groups.json"));
  for (const char* file : {"d/figures.json", "out.jsonl"}) {
    const std::string line = "cd '" + f.str() + "' && '" + program + "' cluster -q d in.jsonl - <in.jsonl >" + file;
    CHECK(WEXITSTATUS(std::system((line + " 2>said").c_str())) != 2);
    CHECK(has(slurp(f.path / file), "It rains."));
  }
}

TEST_CASE("where the current folder is gone, an output that cannot be written is named") {
  const folder f;
  const std::string in = f.put("in.jsonl", "{\"text\": \"It rains.\"}\n");
  const outcome o =
      run("cluster " + in + " --json out.json", "mkdir '" + f.str() + "/gone' && cd '" + f.str() + "/gone' && rmdir ../gone;");
  CHECK(o.code == 3);
  CHECK_MESSAGE(has(o.err, "out.json: cannot be written"), o.err);
}

TEST_CASE("nor a file of a folder that is read, nor what the next run would take for one") {
  const folder f, elsewhere;
  const std::string at = f.str() + '/', page = f.put("sub/page.html", "<p>" + good), linked = elsewhere.put("linked", good);
  f.put("a.txt", good);
  fs::create_symlink(linked, f.path / "link.txt");
  for (const char* command : {"cluster ", "advise ", "evaluate --lsh "}) {
    check_spared(command + f.str() + " --json " + at + "a.txt", f.path / "a.txt", "a.txt; give the output another name");
    check_spared(command + f.str() + "/ --json " + page, page, "sub/page.html; give");
    check_spared(command + f.str() + " --json " + linked, linked, "read as " + at + "link.txt");
    for (const char* name : {"new.txt", "sub/new.jsonl.gz", "NEW.MD", "new.html"})
      check_refused(command + f.str() + " --json " + at + name, "another run would read it");
    CHECK(run(command + f.str() + " --json " + at + "figures.json").code == 0);
  }
  check_spared("cluster " + f.str() + " --html " + page, page, "is an input, read as");
  check_refused("cluster " + f.str() + " --html " + at + "report.html.gz", "another run would read it");
  CHECK(run("cluster " + f.str() + " --html " + at + "report.html").code == 0);
  CHECK(run("cluster " + f.str() + " --html " + at + "report.html").code == 0);  // in place of the old one
  check_spared("cluster " + f.str() + " --json " + at + "report.html", f.path / "report.html", "is an input, read as");
}

TEST_CASE("an output in the folder of an index is refused before the index is opened") {
  const folder f;
  const std::string at = f.str() + '/', in = f.put("in.jsonl", "{\"id\": \"a\", \"text\": \"It rains in Torvik.\"}\n"),
                    index = "--index " + at + "seen.index ", current = at + "seen.index/CURRENT";
  REQUIRE(run("filter -q " + index + in).code == 0);
  fs::create_directory_symlink("seen.index", f.path / "link");
  fs::create_symlink(current, f.path / "current");
  const std::set<std::string> before = names_in(f.path / "seen.index");
  for (const std::string& file :
       {current, at + "seen.index/new", at + "link/new", at + "current", at + "seen.index/../link/x"}) {
    for (const std::string command : {"filter ", "index stats "})
      check_spared(command + index + "--json " + file + " </dev/null", current,
                   "--json " + file + ": lies in the index; put it elsewhere; see ");
    check_spared("filter --index " + at + "link --metrics " + file + ' ' + in, current,
                 "--metrics " + file + ": lies in the index; put it elsewhere; see ");
  }
  CHECK(names_in(f.path / "seen.index") == before);
  check_refused("filter --index " + at + "none --json " + at + "none " + in, at + "none: lies in the index");
  CHECK_FALSE(fs::exists(f.path / "none"));
  for (const std::string command : {"filter ", "index stats ", "index query --text x "}) {
    const int status =
        std::system(('\'' + program + "' " + command + index + " </dev/null >>" + current + " 2>" + at + "said").c_str());
    CHECK(WEXITSTATUS(status) == 2);
    CHECK(has(slurp(f.path / "said"),
              "standard output goes to " + current + ", which lies in the index; put it elsewhere; see "));
  }
  CHECK(run("index verify -q " + index).code == 0);
  CHECK(run("filter -q " + index + "--json " + at + "seen.index.json " + in).code == 0);
}
