// SPDX-License-Identifier: Apache-2.0
// The folder of an index: damaged, foreign, of another version, without room, read and written by several processes.
#include <doctest/doctest.h>
#include <grp.h>
#include <rocksdb/sst_file_reader.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <functional>
#include <iostream>
#include <set>
#include <thread>

#include "child_process.hpp"
#include "faulty_files.hpp"
#include "index_look.hpp"
#include "index_steps.hpp"
#include "message_of.hpp"
#include "read_files.hpp"
#include "retold/report.hpp"

using namespace index_twin;
using retold::error_kind;
using retold::index_access;
using retold::index_options;
using retold::index_setup;
using retold::table;

namespace {

std::vector<fs::path> files_in(const std::string& folder, const std::string& ending) {
  std::vector<fs::path> out;
  for (const auto& each : fs::directory_iterator(folder))
    if (each.path().filename().string().ends_with(ending)) out.push_back(each.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::size_t left_of_runs(const std::string& folder) {
  const std::vector<fs::path> all = files_in(folder, "");
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const fs::path& each) { return each.filename().string().starts_with("run-"); }));
}

}  // namespace

TEST_CASE("index: bytes of a table that have changed, or are gone, are told; nothing is misread") {
  const temporary_folder folder;
  make(folder.path("whole"));
  {
    retold::index in(folder.path("whole"), small);
    in.compact();
  }
  std::mt19937_64 random(7);
  int silent = 0, openings = 0;
  for (const fs::path& sst : files_in(folder.path("whole"), ".sst")) {
    const std::string whole = bytes_of(sst), copy = folder.path("damaged");
    for (int kind = 0; kind < 5; ++kind) {
      CAPTURE(sst.string());
      CAPTURE(kind);
      fs::remove_all(copy);
      fs::copy(folder.path("whole"), copy, fs::copy_options::recursive);
      std::string bytes = whole;
      if (kind < 2) bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
      if (kind == 2) bytes.resize(random() % bytes.size());
      if (kind == 3) bytes.clear();
      const fs::path there = fs::path(copy) / sst.filename();
      kind == 4 ? static_cast<void>(fs::remove(there)) : overwrite(there, bytes);
      const look seen = look_at(copy);
      openings += seen.opening.empty();
      silent += !seen.found_anything();
      if (!seen.opening.empty()) CHECK(seen.opening.starts_with(copy + ": damaged: "));
      if (kind > 1) CHECK(seen.found_anything());
    }
  }
  CHECK(silent == 0);
  MESSAGE(openings << " of them could still be opened");
}

TEST_CASE("index: folders that are none, or no longer") {
  const temporary_folder folder;
  const auto opened = [&](const std::string& path, error_kind kind, const index_options* options = nullptr) {
    return message_of([&] { options != nullptr ? retold::index(path, *options, small) : retold::index(path, small); }, kind);
  };
  const index_options options;
  CHECK(opened(folder.path("none"), error_kind::input) ==
        folder.path("none") + ": no index there; `retold filter --index " + folder.path("none") + "` makes one");
  CHECK(!fs::exists(folder.path("none")));
  folder.write("others/letter.txt", "a letter");
  CHECK(opened(folder.path("others"), error_kind::option, &options) ==
        folder.path("others") + ": holds other files; an index wants a folder of its own");
  CHECK(files_in(folder.path("others"), "").size() == 1);
  folder.write("file", "no folder");
  CHECK(opened(folder.path("file"), error_kind::output, &options).starts_with(folder.path("file") + ": cannot be made: "));
  fs::create_directories(folder.path("empty"));
  CHECK(opened(folder.path("empty"), error_kind::option, &options) == "no error");

  // Another program's database is left as it is.
  rocksdb::Options theirs;
  theirs.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  REQUIRE(rocksdb::DB::Open(theirs, folder.path("theirs"), &db).ok());
  REQUIRE(db->Put({}, "key", "value").ok());
  delete db;
  CHECK(opened(folder.path("theirs"), error_kind::input, &options).starts_with(folder.path("theirs") + ": "));
  REQUIRE(rocksdb::DB::Open(theirs, folder.path("theirs"), &db).ok());
  delete db;

  make(folder.path("whole"));
  const auto broken = [&](const std::function<void(const std::string&)>& damage) {
    const std::string copy = folder.path("broken");
    fs::remove_all(copy);
    fs::copy(folder.path("whole"), copy, fs::copy_options::recursive);
    damage(copy);
    const index_options same{.store_text = true};
    const std::string said = opened(copy, error_kind::input, &same);
    CHECK(opened(copy, error_kind::input) == said);
    INFO(said);
    CHECK(said.starts_with(copy + ": damaged: "));
    return said;
  };
  CHECK(broken([](const std::string& at) { fs::remove(at + "/CURRENT"); }).find("CURRENT is missing") != std::string::npos);
  broken([](const std::string& at) { overwrite(at + "/CURRENT", ""); });
  broken([](const std::string& at) { overwrite(at + "/CURRENT", "MANIFEST-000099\n"); });
  broken([](const std::string& at) {
    for (const auto& each : fs::directory_iterator(at))
      if (each.path().filename().string().starts_with("MANIFEST")) fs::remove(each.path());
  });
  broken([](const std::string& at) {
    for (const auto& each : fs::directory_iterator(at))
      if (each.path().filename().string().starts_with("MANIFEST")) overwrite(each.path(), "garbage");
  });
}

TEST_CASE("index: other options than it was made with are refused, with what to do") {
  const temporary_folder folder;
  const index_options own{.threshold = 0.7, .shingle = {.size = 5}};
  const std::string path = folder.path("i");
  { retold::index(path, own, small); }
  const auto said = [&](const index_options& other) { return message_of([&] { retold::index(path, other, small); }); };
  const std::string end = "; leave these options out, or make another index";
  CHECK(said(own) == "no error");
  CHECK(said({.threshold = 0.8, .shingle = {.size = 5}}) == path + ": made with threshold 0.7 (not 0.8)" + end);
  CHECK(said({.threshold = 0.7, .shingle = {.size = 5}, .slots = 64, .store_text = true}) ==
        path + ": made with slots 128 (not 64), store-text no (not yes)" + end);
  CHECK(said({.level = retold::level::exact, .threshold = 0.7}) ==
        path + ": made with level near (not exact), shingle word:5 (not word:3)" + end);
  retold::index again(path, small);
  CHECK(again.options().threshold == 0.7);
  CHECK(again.options().shingle.name() == "word:5");
}

TEST_CASE("index: numbers of options that are none are refused") {
  const temporary_folder folder;
  const std::string path = folder.path("i"), end = "damaged: what it was made with makes no sense: ";
  { const retold::index made(path, index_options{.level = retold::level::story}, small); }
  const retold::index kept(path, small);
  const std::string text = kept.parts().store.get(table::meta, "made_with").value();
  const auto said = [&](const std::string& what, const std::string& value) {
    const std::size_t at = text.find('\n' + what + ' ') + what.size() + 2;
    retold::index_store::change damage(kept.parts().store);
    damage.put(table::meta, "made_with", text.substr(0, at) + value + text.substr(text.find('\n', at)));
    damage.commit(false);
    return message_of([&] { const retold::index again(path, reading); }, error_kind::input);
  };
  for (const std::string what : {"slots", "window"})
    for (const std::string value : {"", "nan", "1e30", "-1", "128.5", "99999999999999999999", " 128", "128 "}) {
      CAPTURE(value);
      CHECK(said(what, value) == path + ": " + end + what + " '" + value + "'");
    }
  CHECK(said("slots", "128") == "no error");
}

TEST_CASE("index: one writes, and is told apart from those who may only read") {
  const temporary_folder folder;
  const std::string path = folder.path("i");
  retold::index writer(path, index_options{}, small);
  writer.add(views({{"a", "a first text to be found again", {}}}));
  const auto refused = message_of([&] { retold::index second(path, small); }, error_kind::output);
  CHECK(refused.starts_with(path + ": another process is writing to this index"));
  process other("child: cannot write where another does", {"RETOLD_CHILD_FOLDER=" + path});
  while (other.read()) {
  }
  CHECK(other.wait() == 0);

  const auto listing = [&] {
    std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> out;
    for (const auto& each : fs::directory_iterator(path))
      out[each.path().filename()] = {each.file_size(), each.last_write_time()};
    return out;
  };
  const auto before = listing();
  {
    retold::index reader(path, reading);
    CHECK(reader.find("a").size() == 1);
    CHECK(reader.query("a first text to be found again").size() == 1);
    CHECK(joined(reader.verify()) == "");
    const std::string only = path + ": opened for reading only";
    CHECK(message_of([&] { reader.add({}); }) == only);
    CHECK(message_of([&] { reader.remove({}); }) == only);
    CHECK(message_of([&] { reader.expire(0); }) == only);
    CHECK(message_of([&] { reader.compact(); }) == only);
  }
  CHECK((listing() == before));
}

TEST_CASE("child: cannot write where another does" * doctest::skip()) {
  const std::string path = asked_for("RETOLD_CHILD_FOLDER");
  CHECK(message_of([&] { retold::index second(path, small); }, error_kind::output)
            .starts_with(path + ": another process is writing to this index"));
  CHECK(retold::index(path, reading).find("a").size() == 1);
}

TEST_CASE("index: of several that make it at once one writes, and the others are told so") {
  for (int i = 0; i < 6; ++i) {
    const temporary_folder folder;
    const std::string path = folder.path("i");
    std::vector<std::unique_ptr<process>> all;
    for (int k = 0; k < 3; ++k)
      all.push_back(std::make_unique<process>("child: makes an index", std::vector{"RETOLD_CHILD_FOLDER=" + path}));
    std::uint64_t writers = 0;
    for (const auto& each : all) {
      while (each->words().empty() && each->read()) {
      }
      REQUIRE(each->words().size() == 1);
      writers += each->words().front();
    }
    CHECK(writers == 1);
    for (const auto& each : all) each->kill(), each->wait();
    CHECK(joined(retold::index(path, small).verify()) == "");
    CHECK_FALSE(fs::exists(path + ".making"));
  }
}

TEST_CASE("child: makes an index" * doctest::skip()) {
  const std::string path = asked_for("RETOLD_CHILD_FOLDER");
  std::optional<retold::index> made;
  const std::string said = message_of([&] { made.emplace(path, index_options{}, small); }, error_kind::output);
  const bool one = said == "no error", another = said.starts_with(path + ": another process is writing to this index");
  if (one || another) send(one);
  pause();  // with its lock
}

TEST_CASE("index: a folder that may only be read") {
  const temporary_folder folder;
  make(folder.path("i"));
  chmod(folder.path().c_str(), 0755);
  for (const auto& each : fs::directory_iterator(folder.path("i"))) chmod(each.path().c_str(), 0444);
  chmod(folder.path("i").c_str(), 0555);
  process child("child: may only read", {"RETOLD_CHILD_FOLDER=" + folder.path("i")});
  while (child.read()) {
  }
  CHECK(child.wait() == 0);
  chmod(folder.path("i").c_str(), 0755);
}

TEST_CASE("child: may only read" * doctest::skip()) {
  if (geteuid() == 0)
    REQUIRE((setgroups(0, nullptr) == 0 && setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0));
  const std::string path = asked_for("RETOLD_CHILD_FOLDER");
  CHECK(message_of([&] { retold::index writer(path, small); }, error_kind::output) ==
        path + ": may not be written to; stats, query and verify still work");
  const retold::index reader(path, reading);
  CHECK(joined(reader.verify()) == "");
  CHECK(reader.stats().documents > 10);
}

TEST_CASE("index: a folder that may not be read") {
  const temporary_folder folder;
  make(folder.path("i")), make(folder.path("locked"));
  chmod(folder.path().c_str(), 0755);
  for (const auto& each : fs::directory_iterator(folder.path("i")))
    if (each.path().extension() == ".sst") chmod(each.path().c_str(), 0);
  chmod(folder.path("locked").c_str(), 0);
  process child("child: may not read", {"RETOLD_CHILD_FOLDER=" + folder.path()});
  while (child.read()) {
  }
  CHECK(child.wait() == 0);
  chmod(folder.path("locked").c_str(), 0755);
}

TEST_CASE("child: may not read" * doctest::skip()) {
  if (geteuid() == 0)
    REQUIRE((setgroups(0, nullptr) == 0 && setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0));
  const std::string path = asked_for("RETOLD_CHILD_FOLDER");
  const auto said = [](const std::string& at, const index_setup& use) {
    return message_of([&] { const retold::index in(at, use); }, error_kind::input);
  };
  CHECK(said(path + "/i", reading).starts_with(path + "/i: no permission to read its file 0"));
  for (const index_setup& use : {reading, small})
    CHECK(said(path + "/locked", use) == path + "/locked: no permission to read it");
}

TEST_CASE("index: who opens it while another process writes sees what was there, whole") {
  const temporary_folder folder;
  for (const bool texts : {false, true}) {
    const std::string path = folder.path(texts ? "texts" : "sketches");
    process writer("child: adds and adds", {"RETOLD_CHILD_FOLDER=" + path, "RETOLD_CHILD_TEXTS=" + std::to_string(texts)});
    REQUIRE(writer.read());
    std::uint64_t seen = 0;
    std::unique_ptr<retold::index> old;
    std::string old_bytes;
    for (int i = 0; i < 24 || seen <= 100; ++i) {
      if (i >= 24) REQUIRE(!writer.quiet_for(std::chrono::seconds(20)));
      while (!writer.quiet_for(std::chrono::milliseconds(0))) REQUIRE(writer.read());
      const auto words = writer.words();
      const std::uint64_t acknowledged = words.empty() ? 0 : words.back();
      auto reader = std::make_unique<retold::index>(path, reading);
      const everything there = everything_of(*reader);
      CHECK(there.documents.size() == there.next_number - 1);
      CHECK(there.documents.size() >= acknowledged);
      CHECK(there.documents.size() >= seen);
      CHECK(there.texts.size() == (texts ? there.documents.size() : 0));
      if (i % 5 == 0) CHECK(joined(reader->verify()) == "");
      seen = there.documents.size();
      if (old) CHECK(std::to_string(everything_of(*old).documents.size()) == old_bytes);  // and still does
      if (i % 10 == 0) old = std::move(reader), old_bytes = std::to_string(seen);
    }
    CHECK(writer.quiet_for(std::chrono::seconds(20)) == false);  // it still goes on
    writer.kill();
    writer.wait();
    CHECK(seen > 100);
    CHECK(joined(retold::index(path, small).verify()) == "");
  }
}

TEST_CASE("child: adds and adds" * doctest::skip()) {
  index_options options;
  options.store_text = asked_for("RETOLD_CHILD_TEXTS") == "1";
  retold::index in(asked_for("RETOLD_CHILD_FOLDER"), options, small);
  in.parts().run_bytes = 150'000;
  for (std::uint64_t number = 0;; send(number)) {
    std::vector<record> records;
    for (int i = 0; i < 7; ++i, ++number) {
      const std::string n = std::to_string(number);
      records.push_back({"n" + n, "x" + n + " y" + n + " z" + n, {}});
    }
    in.add(views(records), {}, 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    if (number % 2800 == 0) in.compact();
  }
}

TEST_CASE("index: no file of a run lies about, whether it was written or not") {
  const temporary_folder folder;
  for (const retold::level level : {retold::level::near, retold::level::story}) {
    const index_options options{.level = level};
    const std::string path = folder.path(retold::name(level));
    source from(11);
    retold::index in(path, options, small);
    in.parts().run_bytes = 1;
    for (int i = 0; i < 12; ++i) in.add(views(from.some(3)), {}, 5);
    CHECK(left_of_runs(path) == 0);
    in.compact();
    CHECK(left_of_runs(path) == 0);
  }
  // The n-th write of a run finds no space, nor does any later one; returns how many there were before.
  const auto fails_at = [&](std::uint64_t n) {
    const std::string path = folder.path("full");
    fs::remove_all(path);
    const auto files = std::make_shared<faulty::files>(n == 0 ? faulty::fault::none : faulty::fault::full, n);
    const auto env = rocksdb::NewCompositeEnv(files);
    const index_options options{.level = retold::level::story};
    auto state = std::make_unique<retold::index::state>(path, &options, small, env.get());
    retold::index::state& parts = *state;
    retold::index in(std::move(state));
    source from(12);
    for (int i = 0; i < 5; ++i) in.add(views(from.some(20)), {}, 5);
    const std::uint64_t before = files->count();
    for (int again = 0; n != 0 && again < 3; ++again) {
      CHECK(message_of([&] { parts.write_run(); }, error_kind::output).find("no space left") != std::string::npos);
      CHECK(left_of_runs(path) == 0);
    }
    return before;
  };
  const std::uint64_t before = fails_at(0);
  for (std::uint64_t n = 1; n < 20; n += 3) {
    CAPTURE(n);
    CHECK(fails_at(before + n) == before);
  }
}

TEST_CASE("index: the files of small runs are joined, and those of what waited go") {
  const temporary_folder folder;
  for (const retold::level level : {retold::level::near, retold::level::story}) {
    const index_options options{.level = level, .store_text = true};
    const std::string path = folder.path(retold::name(level));
    retold::index in(path, options, small);
    twin by_hand(options);
    in.parts().run_bytes = 1;
    source from(13);
    std::size_t most = 0;
    for (int i = 0; i < 150; ++i) {
      const auto records = from.some(2);
      in.add(views(records), {}, 5), by_hand.add(records, {}, 5);
      most = std::max(most, files_in(path, ".sst").size());
    }
    CHECK(most < 120);  // a run alone has five at least
    CHECK(difference(everything_of(in), everything_of(by_hand)) == "");
    CHECK(joined(in.verify()) == "");
  }
}

namespace {

// Counts the files that the thread itself makes in place of others while there is no room.
class no_room_to_join : public test_disk {
 public:
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& o,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out, rocksdb::IODebugContext* c) override {
    joins += !full ? 0 : path.ends_with(".sst") && std::this_thread::get_id() == own_;
    return target()->NewWritableFile(path, o, out, c);
  }
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& o, std::uint64_t* bytes,
                                 rocksdb::IODebugContext* c) override {
    if (full) return *bytes = 1000, rocksdb::IOStatus::OK();
    return target()->GetFreeSpace(path, o, bytes, c);
  }
  bool full = false;
  int joins = 0;

 private:
  std::thread::id own_ = std::this_thread::get_id();
};

// By the engine's names for ways to compress.
std::set<std::string> ways_of(rocksdb::Env& env, const std::string& folder) {
  std::set<std::string> out;
  for (const fs::path& sst : files_in(folder, ".sst")) {
    rocksdb::Options options;
    options.env = &env;
    rocksdb::SstFileReader file(options);
    REQUIRE(file.Open(sst.string()).ok());
    out.insert(file.GetTableProperties()->compression_name);
  }
  return out;
}

}  // namespace

TEST_CASE("index: files are joined when there is room, and compressed as their table has it") {
  const temporary_folder folder;
  const std::string path = folder.path("i");
  const index_options options{.store_text = true};
  const auto files = std::make_shared<no_room_to_join>();
  const auto env = rocksdb::NewCompositeEnv(files);
  {
    auto state = std::make_unique<retold::index::state>(path, &options, small, env.get());
    state->run_bytes = 1;
    retold::index in(std::move(state));
    files->full = true;
    source from(13);
    const auto add = [&](int count) {
      for (int i = 0; i < count; ++i) in.add(views(from.some(2)), {}, 5);
    };
    add(40);
    CHECK(files->joins == 0);
    const std::size_t before = files_in(path, ".sst").size();
    files->full = false;
    add(10);
    CHECK(files_in(path, ".sst").size() < before);
    CHECK(joined(in.verify()) == "");
  }
  CHECK(ways_of(*env, path) == std::set<std::string>{"LZ4", "NoCompression", "ZSTD"});
}

TEST_CASE("index: a disk that is full in earnest") {
  const temporary_folder folder;
  process child("child: fills a small disk", {"RETOLD_CHILD_FOLDER=" + folder.path()});
  while (child.read()) {
  }
  const int status = child.wait();
  CHECK(status == 0);
  if (child.words() == std::vector<std::uint64_t>{0}) MESSAGE("no small disk to fill: skipped");
}

TEST_CASE("child: fills a small disk" * doctest::skip()) {
  const std::string folder = asked_for("RETOLD_CHILD_FOLDER"), path = folder + "/i";
  // A process with mounts of its own, which go with it. Only root may, and not everywhere.
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("none", folder.c_str(), "tmpfs", 0, "size=3m") != 0) {
    send(0);
    CHECK(true);
    return;
  }
  source from(3, 4000);
  twin by_hand(index_options{});
  std::string said;
  std::vector<record> last;
  {
    retold::index in(path, index_options{}, small);
    in.parts().run_bytes = 200'000;
    for (int i = 0; i < 4000 && said.empty(); ++i) {
      last = from.some(20);
      for (record& r : last) r.id.clear();
      try {
        in.add(views(last), {}, 5);
        by_hand.add(last, {}, 5);
      } catch (const retold::error& e) {
        said = e.what();
        CHECK(e.kind() == error_kind::output);
      }
    }
    CHECK(said == path + ": no space left on the disk; make room and go on: what was added is safe");
    CHECK(in.stats().documents >= by_hand.documents.size());
    in.query(last.front().text);
    CHECK(left_of_runs(path) == 0);
  }
  REQUIRE(mount("none", folder.c_str(), "tmpfs", MS_REMOUNT, "size=30m") == 0);
  retold::index in(path, index_options{}, small);
  CHECK(joined(in.verify()) == "");
  const std::string there = difference(everything_of(in), everything_of(by_hand));
  by_hand.add(last, {}, 5);
  CHECK((there.empty() || difference(everything_of(in), everything_of(by_hand)).empty()));
  in.add(views(last), {}, 5);
  CHECK(difference(everything_of(in), everything_of(by_hand)) == "");
}
