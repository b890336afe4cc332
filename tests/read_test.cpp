// SPDX-License-Identifier: Apache-2.0
// Files, folders, streams and records: what becomes a document, and that what does not is named.
#include "retold/read.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "../src/read_encoding.hpp"
#include "../src/read_lines.hpp"
#include "retold/error.hpp"

namespace fs = std::filesystem;
using retold::document;
using retold::read_report;
using retold::slice;

namespace {

// A folder of this test's own, gone when it ends.
class temporary_folder {
 public:
  temporary_folder() {
    std::string name = (fs::temp_directory_path() / "retold-read-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~temporary_folder() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? root_.string() : (root_ / name).string(); }
  std::string write(const std::string& name, const std::string& bytes) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

 private:
  fs::path root_;
};

struct result {
  std::vector<document> documents;
  read_report report;
};

result read(const std::vector<std::string>& paths, const retold::read_options& options = {}) {
  result out;
  out.report = retold::read(paths, options, [&](document&& d) { out.documents.push_back(std::move(d)); });
  return out;
}

result lines(const std::string& bytes, const retold::read_options& options = {}) {
  result out;
  std::istringstream in(bytes);
  retold::read_jsonl(
      in, "in", options, [&](document&& d) { out.documents.push_back(std::move(d)); }, out.report);
  return out;
}

document record(const std::string& line) {
  result got = lines(line);
  REQUIRE(got.documents.size() == 1);
  return got.documents[0];
}

std::string problem(const std::string& line) {
  const result got = lines(line);
  REQUIRE(got.documents.empty());
  REQUIRE(got.report.skipped.size() == 1);
  CHECK(got.report.skipped[0].input == "in:1");
  return got.report.skipped[0].reason;
}

std::string ids(const result& from) {
  std::string all;
  for (const document& d : from.documents) all += d.id + " ";
  return all;
}

std::string gzip(const std::string& bytes) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, bytes.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string zstd(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

std::string utf16(const std::u16string& text, bool big) {
  std::string out = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char16_t c : text) {
    const char high = static_cast<char>(c >> 8), low = static_cast<char>(c & 0xFF);
    out += big ? std::string{high, low} : std::string{low, high};
  }
  return out;
}

// Text that does not compress to nothing, so that damage has something to hit.
std::string noise_records(int count) {
  std::mt19937 random(11);
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += "{\"id\": \"n" + std::to_string(i) + "\", \"text\": \"";
    for (int j = 0; j < 50; ++j) out += std::to_string(random()) + ' ';
    out += "\"}\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a folder: known endings in byte order of relative paths, the others are named") {
  const temporary_folder t;
  for (const char* name : {"b.txt", "a/z.md", "a.txt", "a/B.HTML", "a-b.htm", "x.pdf", "README", "deep/er/c.txt.gz"}) {
    t.write(name, std::string(name).ends_with(".gz") ? gzip("packed") : "text");
  }
  t.write("r.ndjson", "{\"text\": \"one\"}\n{\"id\": \"two\", \"text\": \"2\"}\n");
  t.write("s.jsonl.zst", zstd("{\"text\": \"three\"}"));
  const result got = read({t.path()});
  CHECK(ids(got) == "a-b.htm a.txt a/B.HTML a/z.md b.txt deep/er/c.txt.gz r.ndjson:1 two s.jsonl.zst:1 ");
  CHECK(got.documents[5].text == "packed");
  CHECK(got.documents[5].bytes == 6);
  CHECK(got.report.skipped.empty());
  CHECK(got.report.ignored == std::vector<std::string>{t.path("README"), t.path("x.pdf")});
  CHECK(ids(read({t.path() + "/"})) == ids(got));
}

TEST_CASE("files by name, whatever the name; several paths in their order") {
  const temporary_folder t;
  const std::string odd = t.write("notes.weird", "odd"), text = t.write("b.txt", "b");
  CHECK(ids(read({text, odd})) == "b.txt notes.weird ");
  CHECK(read({odd}).documents[0].text == "odd");
}

TEST_CASE("no documents") {
  const temporary_folder t;
  CHECK(read({t.path()}).documents.empty());
  CHECK(read({}).documents.empty());
  CHECK(lines("").documents.empty());
  CHECK(lines("\n  \n\r\n").report.skipped.empty());
  const result empty = read({t.write("e.txt", "")});
  REQUIRE(empty.documents.size() == 1);
  CHECK(empty.documents[0].text.empty());
  CHECK(empty.documents[0].title.empty());
}

TEST_CASE("a path that does not exist is an error, before anything is read") {
  const temporary_folder t;
  bool called = false;
  try {
    retold::read({t.write("a.txt", "x"), "no/such/path"}, {}, [&](document&&) { called = true; });
    FAIL("no error");
  } catch (const retold::error& e) {
    CHECK(e.kind() == retold::error_kind::input);
    CHECK(std::string(e.what()) == "no/such/path: no such file or folder; check the path");
  }
  CHECK_FALSE(called);
}

TEST_CASE("an empty field name is an error") {
  retold::read_options options;
  options.date_field.clear();
  CHECK_THROWS_WITH_AS(read({}, options), "the name of the date field is empty; give one", retold::error);
}

TEST_CASE("links are followed, loops and links to nowhere are named") {
  const temporary_folder t;
  t.write("in/a.txt", "x");
  t.write("other/b.txt", "y");
  fs::create_directory_symlink(t.path("other"), t.path("in/linked"));
  fs::create_directory_symlink("..", t.path("other/up"));  // from in/linked that is the folder above both
  fs::create_directory_symlink(".", t.path("in/self"));
  fs::create_symlink("nowhere.txt", t.path("in/gone.txt"));
  const result got = read({t.path("in")});
  CHECK(ids(got) == "a.txt linked/b.txt ");
  std::string named;
  for (const auto& s : got.report.skipped) {
    named += s.input.substr(t.path("in/").size()) + (s.reason.find("loop") != std::string::npos ? "=loop " : "=nowhere ");
  }
  CHECK(named == "gone.txt=nowhere linked/up/in=loop linked/up/other=loop self=loop ");
}

TEST_CASE("each folder is read once, by its own name") {
  const temporary_folder t;
  for (int i = 0; i < 17; ++i) {  // two links from each to the next: 2^17 paths
    const std::string from = "in/f" + std::to_string(i), to = "../f" + std::to_string(i + 1);
    fs::create_directories(t.path(from));
    fs::create_directory_symlink(to, t.path(from + "/a"));
    fs::create_directory_symlink(to, t.path(from + "/b"));
  }
  t.write("in/f17/x.txt", "x");
  const result got = read({t.path("in")});
  CHECK(ids(got) == "f17/x.txt ");
  REQUIRE(got.report.skipped.size() == 34);
  CHECK(got.report.skipped[0].input == t.path("in/f0/a"));
  CHECK(got.report.skipped[0].reason == "already read as " + t.path("in/f1"));

  t.write("far/y.txt", "y");
  fs::create_directory(t.path("two"));
  fs::create_directory_symlink("../far", t.path("two/a"));
  fs::create_directory_symlink("../far", t.path("two/b"));
  const result linked = read({t.path("two")});
  CHECK(ids(linked) == "a/y.txt ");
  REQUIRE(linked.report.skipped.size() == 1);
  CHECK(linked.report.skipped[0].input == t.path("two/b"));
}

TEST_CASE("links that lead nowhere are named, whatever they are called") {
  const temporary_folder t;
  fs::create_symlink("nowhere", t.path("broken"));
  fs::create_symlink("itself", t.path("itself"));
  fs::create_symlink("nowhere.pdf", t.path("paper.pdf"));
  const result got = read({t.path()});
  CHECK(got.report.ignored.empty());
  REQUIRE(got.report.skipped.size() == 3);
  CHECK(got.report.skipped[0].reason == "a symbolic link to nowhere");
  CHECK(got.report.skipped[1].input == t.path("itself"));
  CHECK(got.report.skipped[1].reason == "Too many levels of symbolic links");
}

TEST_CASE("a name that is all ending has none") {
  const temporary_folder t;
  for (const char* name : {".txt", "sub/.txt", "sub/.md.gz", "sub/a.txt"}) t.write(name, "x");
  const result got = read({t.path()});
  CHECK(ids(got) == "sub/a.txt ");
  CHECK(got.report.ignored == std::vector<std::string>{t.path(".txt"), t.path("sub/.md.gz"), t.path("sub/.txt")});
}

TEST_CASE("what cannot be read is skipped with its reason") {
  const temporary_folder t;
  t.write("bin.txt", std::string("text\0more", 9));
  t.write("wide.txt", std::string("\xFF\xFE\0\0a\0\0\0", 8));
  REQUIRE(mkfifo(t.path("pipe.txt").c_str(), 0600) == 0);
  const std::string locked = t.write("secret.txt", "x");
  fs::permissions(locked, fs::perms::none);
  const result got = read({t.path()});
  REQUIRE(got.report.skipped.size() >= 3);
  CHECK(got.report.skipped[0].reason == "not a regular file");  // found while listing
  CHECK(got.report.skipped[1].input == t.path("bin.txt"));
  CHECK(got.report.skipped[1].reason == "binary: a NUL byte at offset 4");
  if (geteuid() != 0) {  // root may read everything
    CHECK(got.report.skipped[2].reason == "Permission denied");
    CHECK(got.documents.empty());
  }
  CHECK(got.report.skipped.back().reason.starts_with("UTF-32"));
}

TEST_CASE("file names that are no UTF-8 become ids that are") {
  const temporary_folder t;
  t.write("caf\xE9.txt", "x");
  CHECK(ids(read({t.path()})) == "caf\uFFFD.txt ");
}

TEST_CASE("compressed in several members and frames, and damage") {
  const temporary_folder t;
  CHECK(read({t.write("m.txt.gz", gzip("one ") + gzip("two") + std::string(100, '\0'))}).documents.at(0).text == "one two");
  CHECK(read({t.write("m.txt.zst", zstd("one ") + zstd("") + zstd("two"))}).documents.at(0).text == "one two");
  CHECK(read({t.write("none.txt.gz", gzip(""))}).documents.at(0).text.empty());

  const std::string records = noise_records(2000);
  for (const auto& [name, packed] : {std::pair{"d.jsonl.gz", gzip(records)}, std::pair{"d.jsonl.zst", zstd(records)}}) {
    CHECK(read({t.write(name, packed)}).documents.size() == 2000);
    const result cut = read({t.write(name, packed.substr(0, packed.size() / 2))});
    CHECK(cut.documents.size() > 100);
    CHECK(cut.documents.size() < 2000);
    CHECK(cut.documents.back().id == "n" + std::to_string(cut.documents.size() - 1));
    REQUIRE(cut.report.skipped.size() == 1);
    CHECK(cut.report.skipped[0].input == t.path(name));
    CHECK(cut.report.skipped[0].reason.starts_with("truncated "));
    CHECK(cut.report.skipped[0].reason.ends_with("read up to line " + std::to_string(cut.documents.size())));

    std::string hit = packed;
    for (std::size_t i = 0; i < 64; ++i) hit[packed.size() * 3 / 4 + i] = static_cast<char>(~hit[packed.size() * 3 / 4 + i]);
    const result damaged = read({t.write(name, hit)});
    CHECK(damaged.documents.size() < 2000);
    CHECK(damaged.report.skipped.back().reason.find("damaged") != std::string::npos);
  }
  const auto reason = [&](const std::string& name, const std::string& bytes) {
    const result got = read({t.write(name, bytes)});
    REQUIRE(got.documents.empty());
    REQUIRE(got.report.skipped.size() == 1);
    return got.report.skipped[0].reason;
  };
  CHECK(reason("cut.txt.gz", gzip("some text").substr(0, 15)) == "truncated gzip data");
  CHECK(reason("cut.txt.zst", zstd("some text").substr(0, 9)) == "truncated Zstandard data");
  CHECK(reason("zero.txt.gz", "") == "truncated gzip data");
  CHECK(reason("plain.txt.gz", "not packed").starts_with("damaged gzip data: "));
  CHECK(reason("plain.txt.zst", "not packed").starts_with("damaged Zstandard data: "));
  CHECK(reason("tail.txt.gz", gzip("x") + "tail").starts_with("bytes that are no gzip data"));
}

TEST_CASE("a large file of one line") {
  const temporary_folder t;
  std::string text;
  while (text.size() < 20'000'000) text += "another word ";
  const auto start = std::chrono::steady_clock::now();
  const result plain = read({t.write("big.txt", text)});
  CHECK(plain.documents.at(0).text == text);
  CHECK(plain.documents[0].text_origin.identity());
  CHECK(plain.documents[0].title.empty());  // too long to be one
  const result json = read({t.write("big.jsonl", "{\"text\": \"" + text + "\"}\n{\"text\": \"small\"}")});
  CHECK(json.documents.size() == 2);
  CHECK(json.documents[0].text == text);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));  // quadratic steps would take hours
}

TEST_CASE("records: fields, ids, warnings") {
  const document d =
      record(R"({"id": "a", "text": "Body\n", "title": "Head", "date": "2024-05-01", "source": "s", "language": "fr"})");
  CHECK(d.id == "a");
  CHECK(d.text == "Body\n");
  CHECK(d.title == "Head");
  CHECK_FALSE(d.title_in_text);
  CHECK(d.date == "2024-05-01");
  CHECK(d.source == "s");
  CHECK(d.language == "fr");
  CHECK(d.bytes == 5);
  CHECK(d.text_origin.identity());
  CHECK(d.warnings.empty());

  CHECK(record(R"({"text": ""})").text.empty());
  const document empty = record(R"({"title": "Only a title", "text": ""})");
  CHECK(empty.text == "Only a title");
  CHECK(empty.title_in_text);
  CHECK(record(R"({"text": "a\u0000\ud83d\ude00"})").text == std::string("a\0", 2) + "\U0001F600");
  CHECK(record(R"({"text": "first", "text": "last"})").text == "last");
  const document headline = record(R"({"title": "Only a title", "text": null})");
  CHECK(headline.text == "Only a title");
  CHECK(headline.title == "Only a title");
  CHECK(headline.title_in_text);

  retold::read_options options;
  options.text_field = "body";
  options.id_field = "key";
  const result other = lines(R"({"key": "k", "body": "b", "text": "t", "id": "i"})", options);
  CHECK(other.documents.at(0).text == "b");
  CHECK(other.documents.at(0).id == "k");
}

TEST_CASE("records: numbers as ids keep their digits") {
  CHECK(record(R"({"id": 7, "text": "x"})").id == "7");
  CHECK(record(R"({"id": -12, "text": "x"})").id == "-12");
  CHECK(record(R"({"id": 18446744073709551615, "text": "x"})").id == "18446744073709551615");
  CHECK(record(R"({"id": 123456789012345678901234567890, "text": "x", "n": [1, 2.5]})").id == "123456789012345678901234567890");
  CHECK(record(R"({"id": 1e999, "text": "x"})").id == "1e999");
  CHECK(record(R"({"other": {"id": 1}, "id": 1.50e3, "text": "\"id\": 2.5"})").id == "1.50e3");
  CHECK(record(R"({"id": 1.50e3, "text": "\ud83d"})").id == "1.50e3");  // of a record that has to be mended
  CHECK(record("{\"id\": 2.50, \"text\": \"\xFF\", \"n\": 1e999}").id == "2.50");
  CHECK(record(R"({"id": 1e2, "text": "x", "n": 1e999})").id == "1e2");
}

TEST_CASE("records: other types of the small fields are as good as missing, and said") {
  const document d = record(R"({"id": ["a"], "text": "x", "title": 5, "date": 2024, "source": {"n": 1}, "language": true})");
  CHECK(d.id == "in:1");
  CHECK(d.title.empty());
  CHECK(d.date.empty());
  CHECK(d.warnings.size() == 5);
  CHECK(d.warnings[0] == "field \"title\" is a number, not a string: ignored");
  const document nulls = record(R"({"id": null, "text": "x", "title": null, "date": null})");
  CHECK(nulls.id == "in:1");
  CHECK(nulls.warnings.empty());
}

TEST_CASE("records that are none are named with their line") {
  CHECK(problem("[1, 2]") == "not an object but an array");
  CHECK(problem("\"text\"") == "not an object but a string");
  CHECK(problem("{\"text\": \"x\"").starts_with("not JSON: "));
  CHECK(problem("{\"text\": \"x\"} {\"text\": \"y\"}").starts_with("not JSON: "));
  CHECK(problem("{\"text\": \"x\", \"n\": 01}").starts_with("not JSON: "));
  CHECK(problem("{\"text\": \"x\", \"n\": 99999999999999999999.}").starts_with("not JSON: "));
  CHECK(problem("{\"text\": 5}") == "field \"text\" is a number, not a string");
  CHECK(problem("{\"text\": 1e5, \"n\": 1e999}") == "field \"text\" is a number, not a string");
  CHECK(problem("{\"text\": 1e999}") == "field \"text\" is a number, not a string");
  CHECK(problem("{\"text\": [\"x\"], \"title\": \"t\"}") == "field \"text\" is an array, not a string");
  CHECK(problem("{\"id\": \"x\"}") == "no field \"text\" and no field \"title\"");
  CHECK(problem("{\"title\": 4}") == "no field \"text\" and no field \"title\"");
  CHECK(problem(std::string(3000, '[')).starts_with("not JSON: "));

  const temporary_folder t;
  const result got = read({t.write("r.jsonl", "{\"text\": \"1\"}\r\n\r\noops\n{\"text\": \"4\"}\n{}\n{\"text\": \"6\"}")});
  CHECK(ids(got) == "r.jsonl:1 r.jsonl:4 r.jsonl:6 ");
  REQUIRE(got.report.skipped.size() == 2);
  CHECK(got.report.skipped[0].input == t.path("r.jsonl") + ":3");
  CHECK(got.report.skipped[1].input == t.path("r.jsonl") + ":5");
}

TEST_CASE("records that can be mended are, with a warning") {
  const document bytes = record("{\"text\": \"caf\xE9 au lait\"}");
  CHECK(bytes.text == "caf\uFFFD au lait");
  CHECK(bytes.warnings == std::vector<std::string>{"1 invalid UTF-8 sequence"});
  const document lone = record(R"({"text": "a\ud83d b\udE00 \\ud83d \ud83d\ude00 \ud83d\ud83d\ude00"})");
  CHECK(lone.text == "a\uFFFD b\uFFFD \\ud83d \U0001F600 \uFFFD\U0001F600");
  CHECK(lone.warnings == std::vector<std::string>{"3 lone surrogates"});
  const document both = record("{\"text\": \"\xFF\\udfff\"}");
  CHECK(both.text == "\uFFFD\uFFFD");
  CHECK(both.warnings.size() == 2);
  const result wide = lines(utf16(u"{\"text\": \"x\"}\n{}\n", false));
  REQUIRE(wide.report.skipped.size() == 1);
  CHECK(wide.report.skipped[0].reason == "JSONL in UTF-16; convert it to UTF-8");
  CHECK(lines("\xEF\xBB\xBF{\"text\": \"x\"}\n").documents.size() == 1);
}

TEST_CASE("standard input, and streams that give little at a time") {
  std::istringstream in("{\"text\": \"x\"}\n{\"text\": \"y\"}\n");
  std::streambuf* const before = std::cin.rdbuf(in.rdbuf());
  const result got = read({"-"});
  std::cin.rdbuf(before);
  CHECK(ids(got) == "-:1 -:2 ");

  struct drop_by_drop : std::streambuf {  // tells nothing of what it has, gives a byte at a time
    explicit drop_by_drop(std::string all) : bytes(std::move(all)) {}
    int underflow() override {
      if (at == bytes.size()) return traits_type::eof();
      setg(&bytes[at], &bytes[at], &bytes[at] + 1);
      return traits_type::to_int_type(bytes[at++]);
    }
    std::string bytes;
    std::size_t at = 0;
  } drops("{\"text\": \"x\"}\n{\"text\": \"y\"}");
  std::istream slow(&drops);
  std::size_t taken_at_first = 0, count = 0;
  read_report report;
  retold::read_jsonl(
      slow, "slow", {},
      [&](document&&) {
        if (count++ == 0) taken_at_first = drops.at;
      },
      report);
  CHECK(count == 2);
  CHECK(taken_at_first <= 15);  // the first record did not wait for the second
}

TEST_CASE("standard input that cannot be read is named") {
  const int before = dup(0), folder = open(".", O_RDONLY | O_DIRECTORY);
  REQUIRE((before >= 0 && folder >= 0));
  REQUIRE(dup2(folder, 0) == 0);
  const result got = read({"-"});
  dup2(before, 0);
  close(before);
  close(folder);
  CHECK(got.documents.empty());
  REQUIRE(got.report.skipped.size() == 1);
  CHECK(got.report.skipped[0].input == "-");
  CHECK(got.report.skipped[0].reason == "Is a directory");
}

TEST_CASE("the size of a text is known before it is made") {
  std::mt19937 random(12);
  for (int round = 0; round < 2000; ++round) {
    const std::vector<std::string> starts = {"", "\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF", "<meta charset=latin1>"};
    std::string bytes = starts[random() % starts.size()];
    for (auto n = random() % 40; n > 0; --n) bytes += "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xD8\xDC"[random() % 12];
    CHECK(retold::decoded_size(bytes) == retold::decode(std::string(bytes)).text.size());
    CHECK(retold::decoded_size_of_page(bytes) == retold::decode_page(std::string(bytes)).text.size());
  }
}

TEST_CASE("lines against a slow twin, in chunks of every size") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (auto n = random() % 60; n > 0; --n) bytes += "ab\r\n\n"[random() % 5];
    std::size_t at = 0;
    const auto fill = [&](std::span<char> into) {
      const std::size_t n = std::min<std::size_t>({into.size(), 1 + random() % 7, bytes.size() - at});
      bytes.copy(into.data(), n, at);
      at += n;
      return n;
    };
    constexpr std::size_t limit = 4;
    retold::line_reader reader(fill, limit, 64);
    std::istringstream twin(bytes);
    std::string expected;
    std::uint64_t number = 0;
    while (std::getline(twin, expected)) {
      const bool ended = !twin.eof();
      if (expected.ends_with('\r')) expected.pop_back();
      const auto line = reader.next();
      REQUIRE(line.has_value());
      CHECK(line->number == ++number);
      CHECK(line->too_long == (expected.size() > limit));
      CHECK(line->ended == ended);
      if (!line->too_long) CHECK(line->text == expected);
    }
    CHECK_FALSE(reader.next().has_value());
  }
}

TEST_CASE("plain text: kept as it is, offsets are those of the file") {
  const document d = retold::read_text("a", "Title line\r\nBody é.\r\n");
  CHECK(d.text == "Title line\r\nBody é.\r\n");
  CHECK(d.title == "Title line");
  CHECK(d.title_in_text);
  CHECK(d.text_origin.identity());
  CHECK(d.title_origin.identity());
  CHECK(d.bytes == 22);

  const document marked = retold::read_text("b", "\xEF\xBB\xBFHéad\nx");
  CHECK(marked.text == "Héad\nx");
  CHECK(marked.text_origin.to_source({0, 5}) == slice{3, 8});
  CHECK(marked.title_origin.to_source({0, 5}) == slice{3, 8});

  const document broken = retold::read_text("c", "a\xE2\x82 b\xFF");
  CHECK(broken.text == "a\uFFFD b\uFFFD");
  CHECK(broken.warnings == std::vector<std::string>{"2 invalid UTF-8 sequences"});
  CHECK(broken.text_origin.to_source({1, 4}) == slice{1, 3});
  CHECK(broken.text_origin.to_source({6, 9}) == slice{5, 6});
  CHECK(broken.bytes == 6);
}

TEST_CASE("titles of plain text") {
  CHECK(retold::read_text("", "\n  \n\tHead \nBody").title == "Head");
  CHECK(retold::read_text("", "\n  \n\tHead \nBody").title_origin.to_source({0, 4}) == slice{5, 9});
  std::string at_most, too_much;
  for (int i = 0; i < 200; ++i) at_most += "é";
  too_much = at_most + "x";
  CHECK(retold::read_text("", at_most + "\n").title == at_most);
  CHECK(retold::read_text("", too_much + "\nshort").title.empty());
  CHECK_FALSE(retold::read_text("", too_much).title_in_text);
  CHECK(retold::read_text("", "# Not markdown").title == "# Not markdown");
  const temporary_folder t;
  const document d = read({t.write("a.md", "\n## Head line\ntext")}).documents.at(0);
  CHECK(d.title == "Head line");
  CHECK(d.title_origin.to_source({0, 4}) == slice{4, 8});
  CHECK(read({t.write("b.md", "#tag line")}).documents.at(0).title == "#tag line");
}

TEST_CASE("UTF-16 of both orders") {
  for (const bool big : {false, true}) {
    const document d = retold::read_text("w", utf16(u"Aé日\U0001F600\nx", big));
    CHECK(d.text == "Aé日\U0001F600\nx");
    CHECK(d.bytes == 16);
    CHECK(d.text_origin.to_source({0, 1}) == slice{2, 4});
    CHECK(d.text_origin.to_source({1, 6}) == slice{4, 8});
    CHECK(d.text_origin.to_source({6, 10}) == slice{8, 12});
    CHECK(d.title == "Aé日\U0001F600");
    CHECK(d.title_origin.to_source({6, 10}) == slice{8, 12});
    CHECK(d.warnings.empty());
    const std::u16string lone{u'a', char16_t{0xD800}, u'b', char16_t{0xDC00}};
    const document bad = retold::read_text("w", utf16(lone, big) + "x");
    CHECK(bad.text == "a\uFFFDb\uFFFD\uFFFD");
    CHECK(bad.warnings == std::vector<std::string>{"3 invalid UTF-16 code units"});
    CHECK(bad.text_origin.to_source({8, 11}) == slice{10, 11});
  }
}

TEST_CASE("ids become unique") {
  std::vector<document> documents;
  for (const char* id : {"a", "b", "a", "a#2", "a", "a#2"}) {
    documents.emplace_back();
    documents.back().id = id;
  }
  retold::make_ids_unique(documents);
  std::string all;
  for (const document& d : documents) all += d.id + " ";
  CHECK(all == "a b a#3 a#2 a#4 a#2#2 ");
  CHECK(documents[0].warnings.empty());
  CHECK(documents[3].warnings.empty());
  CHECK(documents[2].warnings == std::vector<std::string>{"the id \"a\" was taken: renamed"});
  std::vector<document> many(100'000);
  retold::make_ids_unique(many);
  CHECK(many[99'999].id == "#100000");
}
