// SPDX-License-Identifier: Apache-2.0
// The program as its user meets it: what it prints where, what it ends with, and that no bad input spoils the rest of a job.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string program = RETOLD_PROGRAM;
const std::string news = std::string(RETOLD_SOURCE_DIR) + "/samples/news";

struct outcome {
  int code;
  std::string out, err;
};

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A folder of its own for each test, gone afterwards.
struct folder {
  folder() {
    std::string name = (fs::temp_directory_path() / "retold-cli-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~folder() { fs::remove_all(path); }
  std::string put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << bytes;
    return (path / name).string();
  }
  std::string str() const { return path.string(); }
  fs::path path;
};

outcome run(const std::string& arguments, const std::string& before = "") {
  const folder f;
  const std::string out = (f.path / "out").string(), err = (f.path / "err").string();
  const std::string line = before + " '" + program + "' " + arguments + " >'" + out + "' 2>'" + err + "'";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, slurp(out), slurp(err)};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string good =
    "The lighthouse of Brannoch will be sold at auction in May. Its last keeper left in 1988, and the tower has been empty since.\n";

// Whether a good document beside the bad input still came through.
void check_rest_intact(const outcome& o) {
  std::set<std::string> ids;
  const json result = json::parse(o.out);
  for (const auto& d : result["documents"]) ids.insert(d["id"]);
  CHECK(ids.contains("good.txt"));
}

}  // namespace

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
  CHECK_FALSE(fs::exists(f.path / "r.json.part"));
}

TEST_CASE("--json - is alone on stdout; --quiet is quiet; threads do not matter") {
  const outcome one = run("cluster " + news + " --json - --quiet --threads 1"), two = run("cluster " + news + " --json - --threads 2");
  CHECK(one.code == 0);
  CHECK(one.err.empty());
  CHECK_FALSE(two.err.empty());
  CHECK(json::parse(one.out)["groups"].size() == 21);
  CHECK(one.out == two.out);
}

TEST_CASE("the order of paths does not matter where ids are unique") {
  const folder f;
  const std::string a = f.put("a.txt", good), b = f.put("b.txt", "Another text altogether, about the price of bread in Mirefleurs.\n");
  CHECK(run("cluster -q --json - " + a + " " + b).out == run("cluster -q --json - " + b + " " + a).out);
}

TEST_CASE("levels and thresholds") {
  const auto groups = [](const std::string& options) { return json::parse(run("cluster -q --json - " + options + " " + news).out)["groups"].size(); };
  CHECK(groups("--level exact") == 43);
  CHECK(groups("--level near") <= 43);
  CHECK(groups("--level near --threshold 0.3") < groups("--level near --threshold 0.9"));
  CHECK(groups("--level topic") <= groups("--level story"));
  CHECK(groups("--level story --threshold 0.9") > groups("--level story"));
  CHECK(groups("--sketch simhash --level near") == groups("--level near"));
  CHECK(groups("--preset web --level near") >= groups("--level near"));
}

TEST_CASE("a missing path stops the job and is named") {
  const outcome o = run("cluster no/such/folder");
  CHECK(o.code == 3);
  CHECK(has(o.err, "no/such/folder"));
  CHECK(o.out.empty());
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
  f.put("r.jsonl", "{\"id\":\"same\",\"text\":\"one text\"}\n{\"id\":\"same\",\"text\":\"another text\"}\n{\"text\":\"no id\"}\n");
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
    for (int i = 0; block.size() < 1'000'000; ++i) block += "word" + std::to_string(i * 7919 % 100003) + (i % 17 == 0 ? ". " : " ");
    for (int i = 0; i < 200; ++i) out << block;
  }
  f.put("good.txt", good);
  const outcome o = run("cluster -q --level near --json - " + f.str());
  CHECK(o.code == 0);
  check_rest_intact(o);
}

TEST_CASE("- reads JSONL from stdin, fields can be named") {
  const outcome o = run("cluster -q --json - - --text-field body --id-field key", "printf '{\"key\":\"k\",\"body\":\"hello world\"}\\n' |");
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
  const int status = std::system(("'" + program + "' cluster -q --json - " + news + " 2>/dev/null | head -c 10 >/dev/null").c_str());
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(run("cluster -q --json - " + f.str() + " >/dev/full; exit $?; true").code == 3);
}

TEST_CASE("compare two files") {
  const std::string a = news + "/fr-barrage-agence.txt", b = news + "/fr-barrage-quotidien.txt";
  const outcome text = run("compare " + a + " " + b);
  CHECK(text.code == 0);
  CHECK(has(text.out, "paraphrased"));
  const json result = json::parse(run("compare -q --json - " + a + " " + b).out);
  CHECK(result["documents"].size() == 2);
  CHECK(result["passages"].size() > 2);
  const json points = json::parse(run("compare -q --json - --offsets codepoints " + a + " " + b).out);
  CHECK(points["passages"].size() == result["passages"].size());
  CHECK(points["passages"].back()["a"]["begin"] < result["passages"].back()["a"]["begin"]);  // French has accents
  CHECK(run("compare " + a + " nowhere.txt").code == 3);
  CHECK(run("compare " + a + " " + news + "/wire-october.jsonl").code == 3);  // three documents
}

TEST_CASE("compare --list and --pairs answer line by line") {
  const folder f;
  const std::string list = f.put("list.jsonl", "{\"a\":\"" + news + "/en-ferry-agency.txt\",\"b\":\"" + news + "/en-ferry-coast-daily.txt\",\"note\":7}\n"
                                               "{\"a_text\":\"The cat sat on the mat.\",\"b_text\":\"The cat sat on the mat.\"}\n"
                                               "{\"a\":\"gone.txt\",\"b\":\"gone.txt\"}\n");
  const outcome o = run("compare --list " + list);
  CHECK(o.code == 1);
  CHECK(has(o.err, "list.jsonl:3"));
  std::istringstream lines(o.out);
  std::vector<json> answers;
  for (std::string line; std::getline(lines, line);) answers.push_back(json::parse(line));
  REQUIRE(answers.size() == 3);
  CHECK(answers[0]["note"] == 7);
  CHECK_FALSE(answers[0]["passages"].empty());
  CHECK(answers[1]["passages"][0]["class"] == "identical");
  CHECK(answers[2].contains("error"));

  const std::string pairs = f.put("pairs.jsonl", "{\"a\": \"It rains.\", \"b\": \"It rains.\", \"n\": 1.50}\nno json\n");
  const outcome p = run("compare --pairs " + pairs);
  CHECK(p.code == 1);
  CHECK(p.out.starts_with("{\"a\": \"It rains.\", \"b\": \"It rains.\", \"n\": 1.50, \"retold\": {\"class\": \"identical\", \"score\": "));
}

TEST_CASE("options from a file") {
  const folder f;
  f.put("in/good.txt", good);
  const std::string config = f.put("retold.toml", "[cluster]\nlevel = \"near\"\nthreads = 1\n");
  CHECK(json::parse(run("--config " + config + " cluster -q --json - " + f.str() + "/in").out)["level"] == "near");
}
