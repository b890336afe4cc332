// SPDX-License-Identifier: Apache-2.0
// Files and folders: what becomes a document, and that what does not is named.
#include "retold/read.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <random>

#include "../src/read_encoding.hpp"
#include "read_files.hpp"
#include "retold/error.hpp"
#include "slowness.hpp"

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
  CHECK(named(got.report.ignored, t.path()) == "README=not a kind that is read x.pdf=not a kind that is read ");
  CHECK(got.documents[5].input == t.path("deep/er/c.txt.gz"));
  CHECK(got.documents[8].input == t.path("s.jsonl.zst") + ":1");
  CHECK(ids(read({t.path() + "/"})) == ids(got));
}

TEST_CASE("files by name, whatever the name; several paths in their order") {
  const temporary_folder t;
  const std::string odd = t.write("notes.weird", "odd"), text = t.write("b.txt", "b");
  CHECK(ids(read({text, odd})) == "b.txt notes.weird ");
  CHECK(read({odd}).documents[0].text == "odd");
}

TEST_CASE("the files that are read, without reading them") {
  const temporary_folder t;
  for (const char* name : {"b.txt", "a/z.md", "x.pdf", "r.jsonl.gz"}) t.write(name, "x");
  fs::create_symlink("b.txt", t.path("link.html"));
  const std::string odd = t.write("notes.weird", "odd"), root = t.path() + '/';
  using paths = std::vector<std::string>;
  CHECK(retold::files_to_read({odd, "-", t.path(), "nowhere", odd}) ==
        paths{odd, root + "a/z.md", root + "b.txt", root + "link.html", root + "r.jsonl.gz"});
  CHECK(retold::files_to_read({}).empty());
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

TEST_CASE("a path that does not exist is skipped; that none exists is an error") {
  const temporary_folder t;
  const result got = read({"no/such/path", t.write("a.txt", "x"), t.path("b.txt")});
  CHECK(ids(got) == "a.txt ");
  CHECK(named(got.report.skipped, t.path()) ==
        "no/such/path=no such file or folder; check the path b.txt=no such file or folder; check the path ");
  try {
    read({"no/such/path", "nor/this"});
    FAIL("no error");
  } catch (const retold::error& e) {
    CHECK(e.kind() == retold::error_kind::input);
    CHECK(std::string(e.what()) == "no/such/path, nor/this: no such file or folder; check the path");
  }
}

TEST_CASE("what is given twice is read once") {
  const temporary_folder t;
  for (const char* name : {"art/a.txt", "art/wire/b.txt", "art/wire/notes.weird"}) t.write(name, "x");
  fs::create_symlink("art/a.txt", t.path("link.txt"));
  const auto check = [&](std::vector<std::string> names, const std::string& read_as, const std::string& ignored) {
    for (std::string& name : names) name = t.path(name);
    const result got = read(names);
    CHECK(ids(got) == read_as);
    CHECK(got.report.skipped.empty());
    CHECK(named(got.report.ignored, t.path()) == ignored);
  };
  const std::string weird = "art/wire/notes.weird=not a kind that is read ";
  check({"art", "art"}, "a.txt wire/b.txt ", weird + "art=already read ");
  check({"art", "art/"}, "a.txt wire/b.txt ", weird + "art=already read ");
  check({"art", "art/wire", "art/a.txt"}, "a.txt wire/b.txt ", weird + "art/wire=already read art/a.txt=already read ");
  check({"art/wire", "art"}, "b.txt a.txt ", weird + "art/wire=already read ");
  check({"art/a.txt", "link.txt", "art/../art/a.txt", "art"}, "a.txt wire/b.txt ",
        "link.txt=already read as art/a.txt art/../art/a.txt=already read as art/a.txt art/a.txt=already read " + weird);
  check({"art/wire", "art/wire/notes.weird"}, "b.txt notes.weird ", weird);
  fs::create_directory_symlink("art", t.path("same"));
  check({"art/wire", "same"}, "b.txt a.txt ", weird + "same/wire=already read as art/wire ");
}

TEST_CASE("reports that retold wrote are no articles") {
  const temporary_folder t;
  const std::string head = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" ";
  const std::string report = head + "content=\"retold 0.1.0\">\n<title>r</title><p>An article of somebody's.</p>";
  t.write("r.html", report);
  t.write("r.html.gz", gzip(report));
  t.write("other.html", head + "content=\"press 3\"><p>x</p>");
  t.write("about.html", "<p>x</p>" + std::string(5000, ' ') + report);  // quotes one
  const result got = read({t.path()});
  CHECK(ids(got) == "about.html other.html ");
  CHECK(got.report.skipped.empty());
  CHECK(named(got.report.ignored, t.path()) ==
        "r.html=a report of retold, no article r.html.gz=a report of retold, no article ");
  const result alone = read({t.path("r.html")});
  CHECK(alone.documents.empty());
  CHECK(alone.report.ignored.size() == 1);
}

TEST_CASE("a file too large is refused by its size; one too large for the memory there is does not end the job") {
  const temporary_folder t;
  std::error_code no_room;
  fs::resize_file(t.write("huge.txt", ""), (std::uint64_t{1} << 32) + 5, no_room);  // holes cost nothing
  if (no_room) return;
  const std::clock_t start = std::clock();  // the time it computes, not what a busy machine makes it wait
  CHECK(named(read({t.path()}).report.skipped, t.path()) == "huge.txt=more than 4 GiB of text ");
  CHECK(std::clock() - start < CLOCKS_PER_SEC / 2);
  if (!sanitizers.empty()) return;  // their own memory is beyond any limit
  fs::resize_file(t.path("huge.txt"), std::uint64_t{3} << 30);
  t.write("small.txt", "x");
  const pid_t child = fork();
  if (child == 0) {
    const rlimit tight{1u << 30, 1u << 30};
    setrlimit(RLIMIT_AS, &tight);
    const result got = read({t.path()});
    const bool right = ids(got) == "small.txt " && named(got.report.skipped, t.path()) == "huge.txt=not enough memory ";
    bool thrown = false;  // but the caller's lack of memory is the caller's
    try {
      retold::read({t.path("small.txt")}, {}, [](document&&) { throw std::bad_alloc(); });
    } catch (const std::bad_alloc&) {
      thrown = true;
    }
    _exit(right && thrown ? 0 : 1);
  }
  int status = 1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("an input that fails while it is read is named") {
  if (!fs::exists("/proc/self/mem")) return;
  const result got = read({"/proc/self/mem"});  // also for root
  CHECK(got.documents.empty());
  REQUIRE(got.report.skipped.size() == 1);
  CHECK(got.report.skipped[0].reason == "Input/output error");
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
  CHECK(got.report.skipped.empty());
  REQUIRE(got.report.ignored.size() == 34);
  CHECK(got.report.ignored[0].input == t.path("in/f0/a"));
  CHECK(got.report.ignored[0].reason == "already read as " + t.path("in/f1"));

  t.write("far/y.txt", "y");
  fs::create_directory(t.path("two"));
  fs::create_directory_symlink("../far", t.path("two/a"));
  fs::create_directory_symlink("../far", t.path("two/b"));
  const result linked = read({t.path("two")});
  CHECK(ids(linked) == "a/y.txt ");
  CHECK(named(linked.report.ignored, t.path()) == "two/b=already read as two/a ");
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
  REQUIRE(got.report.ignored.size() == 3);
  CHECK(got.report.ignored[0].input == t.path(".txt"));
  CHECK(got.report.ignored[2].input == t.path("sub/.txt"));
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
  // A frame of zstd --long=31: magic, a window of 2^31 bytes, one raw block of four bytes, the last.
  const std::string wide = "\x28\xB5\x2F\xFD" + std::string("\0\xA8\x21\0\0", 5) + "long";
  CHECK(read({t.write("long.txt.zst", wide)}).documents.at(0).text == "long");

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
  CHECK(retold::read_text("", "Old Mac\rBody\r").title == "Old Mac");
  CHECK(retold::read_text("", "\r \rHead \r\nBody").title_origin.to_source({0, 4}) == slice{3, 7});
  const temporary_folder t;
  const document d = read({t.write("a.md", "\n## Head line\ntext")}).documents.at(0);
  CHECK(d.title == "Head line");
  CHECK(d.title_origin.to_source({0, 4}) == slice{4, 8});
  CHECK(read({t.write("b.md", "#tag line")}).documents.at(0).title == "#tag line");
}

TEST_CASE("Markdown: front matter is no text") {
  const temporary_folder t;
  const auto markdown = [&](const std::string& bytes) { return read({t.write("a.md", bytes)}).documents.at(0); };
  const auto stored = [](const std::string& bytes, const retold::offset_map& map, std::uint32_t begin, std::uint32_t end) {
    const slice s = map.to_source({begin, end});
    return bytes.substr(s.begin, s.size());
  };
  for (const std::string mark : {"", "\xEF\xBB\xBF"}) {
    const std::string bytes = mark +
                              "---\ntitle: 'L''écluse: rouverte'  \ndate: 2026-11-02 08:00\ntags:\n  - a\n- b\n# mine\n\n"
                              "source: The Quay # paper\n---\n\n# Heading\nText é.\n";
    const document d = markdown(bytes);
    CHECK(d.text == "\n# Heading\nText é.\n");
    CHECK(stored(bytes, d.text_origin, 11, 19) == "Text é.");
    CHECK(d.title == "L'écluse: rouverte");
    CHECK_FALSE(d.title_in_text);
    CHECK(stored(bytes, d.title_origin, 0, 8) == "L''éclus");
    CHECK(stored(bytes, d.title_origin, 11, 19) == "rouverte");
    CHECK(d.date == "2026-11-02 08:00");
    CHECK(d.source == "The Quay");
    CHECK(d.bytes == bytes.size());
    CHECK(d.warnings.empty());
  }
  const auto title = [&](const std::string& value) { return markdown("---\ntitle: " + value + "\n---\nFirst\n").title; };
  CHECK(title("Plain: words, 'quoted' \"here\"") == "Plain: words, 'quoted' \"here\"");
  CHECK(title("\"A \\\"b\\\\\" # c") == "A \"b\\");
  CHECK(title("C#, a#b # comment") == "C#, a#b");
  for (const char* none : {"", "''", "|", ">-", "[a, b]", "\"a\\u00e9\"", "'open", "~"}) CHECK(title(none) == "First");
  CHECK(markdown("---\r\ntitle: x\r\n---\r\nText\r\n").text == "Text\r\n");
  CHECK(markdown("---\rtitle: x\r...\rText\r").title == "x");
  const document headed = markdown("---\nlayout: post\n---\n# Head\nText\n");
  CHECK(headed.text == "# Head\nText\n");
  CHECK(headed.title == "Head");
  CHECK(headed.title_origin.to_source({0, 4}) == slice{23, 27});
  const document odd = markdown("---\ndate: soon\n---\nText\n");
  CHECK(odd.date.empty());
  CHECK(odd.warnings == std::vector<std::string>{"date \"soon\" is not ISO 8601 (2026-11-02): ignored"});

  for (const char* prose : {"---\nWords between rules.\n---\nmore\n", "---\n---\nx\n", "---\ntitle: never closed\n", "---",
                            " ---\na: b\n---\n", "x\n---\na: b\n---\n", "---\ntime 10:30 it was\n---\n"})
    CHECK(markdown(prose).text == prose);
  CHECK(retold::read_text("a", "---\ntitle: x\n---\n").text == "---\ntitle: x\n---\n");  // no Markdown
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
  documents.resize(2);
  documents[0].id = documents[1].id = "x.txt";
  documents[1].warnings.clear();
  documents[1].input = "two/b/x.txt";
  retold::make_ids_unique(documents);
  CHECK(documents[1].warnings == std::vector<std::string>{"the id \"x.txt\" was taken: renamed; read from two/b/x.txt"});
  std::vector<document> many(100'000);
  retold::make_ids_unique(many);
  CHECK(many[99'999].id == "#100000");
}

TEST_CASE("read: fields in memory are the document of a record that has them") {
  const auto from_record = [](const std::string& json) {
    std::istringstream in(json);
    std::optional<document> out;
    read_report report;
    retold::read_jsonl(
        in, "in", {}, [&](document&& d) { out = std::move(d); }, report);
    REQUIRE(out);
    return *out;
  };
  const auto same = [](const document& a, const document& b) {
    CHECK(a.id == b.id);
    CHECK(a.text == b.text);
    CHECK(a.title == b.title);
    CHECK(a.title_in_text == b.title_in_text);
    CHECK(a.date == b.date);
    CHECK(a.source == b.source);
    CHECK(a.language == b.language);
    CHECK(a.bytes == b.bytes);
    CHECK(a.warnings == b.warnings);
  };
  same(
      retold::read_fields({.id = "a",
                           .text = "Snow in Torvik\nIt snows.",
                           .date = "Sun, 22 Nov 2026 10:00:00 GMT",
                           .source = "s",
                           .language = "en"}),
      from_record(
          R"({"id": "a", "text": "Snow in Torvik\nIt snows.", "date": "Sun, 22 Nov 2026 10:00:00 GMT", "source": "s", "language": "en"})"));
  same(retold::read_fields({.id = "a", .title = "Only a title"}),
       from_record(R"({"id": "a", "text": "", "title": "Only a title"})"));
  same(retold::read_fields({.id = "a", .text = "x", .title = "t", .date = "yesterday"}),
       from_record(R"({"id": "a", "text": "x", "title": "t", "date": "yesterday"})"));

  const document d = retold::read_fields({.text = "\xFF\xFE snow", .title = "caf\xE9"});  // no mark of UTF-16 in a field
  CHECK(d.text == "\uFFFD\uFFFD snow");
  CHECK(d.title == "caf\uFFFD");
  CHECK(d.text_origin.to_source({7, 11}) == retold::slice{3, 7});
  CHECK(d.warnings.size() == 2);
  CHECK(retold::read_fields({}).text.empty());
}
