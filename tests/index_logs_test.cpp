// SPDX-License-Identifier: Apache-2.0
// What becomes of an index whose log is cut, changed or gone. What a killed process leaves opens as ever; of all else it is
// told.
#include <doctest/doctest.h>

#include <functional>
#include <random>

#include "index_look.hpp"
#include "message_of.hpp"
#include "retold/report.hpp"
#include "slowness.hpp"

using namespace index_twin;
using retold::error_kind;
using retold::index_access;
using retold::index_options;
using retold::index_setup;
using retold::table;

namespace {

const index_setup salvaging{.memory = 32 << 20, .threads = 1, .salvage = true};

const index_options near_options{.store_text = true}, story_options{.level = retold::level::story};

fs::path file_in(const std::string& folder, const std::string& part) {
  fs::path out;
  for (const auto& each : fs::directory_iterator(folder))
    if (each.path().filename().string().find(part) != std::string::npos && each.path() > out) out = each.path();
  REQUIRE(!out.empty());
  return out;
}

// What an index held after each of its changes, and its folder: as it is when its process is killed, and when it has ended.
struct history {
  explicit history(const temporary_folder& in, const index_options& made_with, int changes = 14)
      : options(made_with), killed(in.path("killed")), closed(in.path("closed")), copy(in.path("copy")) {
    const std::string first = in.path("first");
    {
      retold::index made(first, options, small);
      states.push_back(everything_of(made));
      made.add({}, {});
      source from(8);
      for (int i = 0; i < changes; ++i) {
        const bool one = options.level == retold::level::story;  // each is a change of its own
        states.push_back(everything_of(made));
        made.add(views(from.some(one ? 1 : 3)), {}, 10 + i);
      }
      states.push_back(everything_of(made));
      fs::copy(first, killed, fs::copy_options::recursive);
    }
    fs::rename(first, closed);
  }

  std::string fresh_copy(const std::string& of) const {
    fs::remove_all(copy);
    fs::copy(of, copy, fs::copy_options::recursive);
    return copy;
  }

  // How many changes it holds; -1: it is none of the states.
  int changes_in(const retold::index& in) const {
    const everything there = everything_of(in);
    for (std::size_t i = states.size(); i-- > 0;)
      if (difference(states[i], there).empty()) return static_cast<int>(i);
    return -1;
  }
  int all() const { return static_cast<int>(states.size()) - 1; }

  index_options options;
  std::vector<everything> states;
  std::string killed, closed, copy;
};

struct finding {
  int changes = -1;  // those that are there
  std::string said;  // when it was opened to be written to
};

// Whatever was told can be gone on with, and nothing is told of it again.
finding look_at_copy(const history& of) {
  finding out;
  out.said = message_of([&] { out.changes = of.changes_in(retold::index(of.fresh_copy(of.copy + ".damaged"), small)); },
                        error_kind::input);
  if (out.said == "no error") return out;
  INFO(out.said);
  const std::string damaged = of.copy + ".damaged", log = file_in(damaged, "").string();
  CHECK(out.said.starts_with(of.copy + ": damaged: its "));
  {
    const retold::index in(of.fresh_copy(damaged), reading);
    out.changes = of.changes_in(in);
    CHECK(!in.damage().empty());
    CHECK(joined(in.verify()).starts_with("its "));
  }
  {
    const retold::index in(of.copy, salvaging);
    CHECK(of.changes_in(in) == out.changes);
    CHECK(!in.damage().empty());
    CHECK(joined(in.verify()) == "");
  }
  retold::index in(of.copy, small);
  CHECK(in.damage().empty());
  CHECK(of.changes_in(in) == out.changes);
  in.add(views({{"after", "what comes afterwards is kept as ever", {}}}), {}, 1000);
  CHECK(in.find("after").size() == 1);
  CHECK(joined(in.verify()) == "");
  return out;
}

finding look_at(const history& of, const std::string& folder, const std::function<void(const std::string&)>& damage) {
  const std::string damaged = of.copy + ".damaged";
  fs::remove_all(damaged);
  fs::copy(folder, damaged, fs::copy_options::recursive);
  damage(damaged);
  return look_at_copy(of);
}

finding with_log(const history& of, const std::string& folder, const std::function<void(std::string&)>& change) {
  return look_at(of, folder, [&](const std::string& at) {
    const fs::path log = file_in(at, ".log");
    std::string bytes = bytes_of(log);
    change(bytes);
    overwrite(log, bytes);
  });
}

template <class Work>
void for_levels(const Work& work) {
  for (const index_options& options : {near_options, story_options}) {
    CAPTURE(retold::name(options.level));
    const temporary_folder folder;
    const history of(folder, options);
    work(of);
  }
}

}  // namespace

TEST_CASE("index: what a killed process leaves of a log opens with what is whole") {
  for_levels([](const history& of) {
    std::mt19937_64 random(3);
    const std::size_t size = bytes_of(file_in(of.killed, ".log")).size();
    int last = of.all();
    CHECK(look_at(of, of.killed, [](auto&) {}).changes == last);
    const std::size_t cuts = slowness == 1 ? 20 : 7;
    for (std::size_t i = 0; i < cuts; ++i) {  // down to a twentieth of it
      const std::size_t cut = size - size * 19 * i / (20 * (cuts - 1)) - (i == 0 ? 1 : random() % 50);
      CAPTURE(cut);
      const finding found = with_log(of, of.killed, [&](std::string& log) { log.resize(cut); });
      CHECK(found.said == "no error");
      CHECK(found.changes >= 0);
      CHECK(found.changes <= last);
      last = found.changes;
    }
    CHECK(last < 3);
    const auto ends_in = [&](const std::function<void(std::string&)>& tail) {
      for (const std::size_t cut : {size, size - 3, size - 40}) {
        CAPTURE(cut);
        const finding found = with_log(of, of.killed, [&](std::string& log) { log.resize(cut), tail(log); });
        CHECK(found.said == "no error");
        CHECK(found.changes >= of.all() - (cut < size ? 2 : 0));
      }
    };
    ends_in([](std::string& log) { log.append(100, '\0'); });
    ends_in([](std::string& log) { log.append(200'000, '\0'); });
    ends_in([&](std::string& log) {
      for (int i = 0; i < 90'000; ++i) log += static_cast<char>(random());
    });
  });
}

TEST_CASE("index: a change anywhere in a log but in its last record is told, and no more is lost than is told") {
  for_levels([](const history& of) {
    std::mt19937_64 random(4);
    const std::size_t size = bytes_of(file_in(of.killed, ".log")).size();
    const int changes = slowness == 1 ? 60 : 10;
    int told = 0;
    for (int i = 0; i < changes; ++i) {
      const std::size_t at = i < changes / 5 ? static_cast<std::size_t>(i) : random() % size;
      const char change = static_cast<char>(1 + random() % 255);
      CAPTURE(at);
      const auto flip = [&](std::string& log) { log[at] = static_cast<char>(log[at] ^ change); };
      const finding killed = with_log(of, of.killed, flip);
      CHECK(killed.changes >= 0);
      if (killed.said == "no error") CHECK(killed.changes >= of.all() - 1);
      told += killed.said != "no error";
      if (i % 4 != 0) continue;
      const finding closed = with_log(of, of.closed, flip);
      CHECK(closed.said != "no error");  // known to be whole to its end
      CHECK(closed.changes == killed.changes);
    }
    CHECK(told > changes * 3 / 4);
    for (const std::size_t block : {std::size_t{512}, std::size_t{4096}})
      for (std::size_t at = 0; at + 3 * block < size; at += size / 4) {
        const finding found = with_log(of, of.killed, [&](std::string& log) { log.replace(at, block, block, '\0'); });
        CHECK(found.said != "no error");
        CHECK(found.changes >= 0);
      }
  });
}

TEST_CASE("index: a log that is shorter than it was, or gone, is told") {
  for_levels([](const history& of) {
    std::mt19937_64 random(5);
    const std::size_t size = bytes_of(file_in(of.closed, ".log")).size();
    CHECK(look_at(of, of.closed, [](auto&) {}).changes == of.all());
    for (int i = 0; i < (slowness == 1 ? 12 : 4); ++i) {
      const std::size_t cut = i == 0 ? 0 : i == 1 ? size - 1 : random() % size;
      CAPTURE(cut);
      const finding found = with_log(of, of.closed, [&](std::string& log) { log.resize(cut); });
      CHECK(found.said.find(".log breaks off at byte ") != std::string::npos);
      CHECK(found.changes >= 0);
    }
    for (const std::string& folder : {of.killed, of.closed}) {
      const finding found = look_at(of, folder, [](const std::string& at) { fs::remove(file_in(at, ".log")); });
      CHECK(found.said.find(
                ".log is missing, or cannot be read; bring the folder back from a copy, or go on with what can be read: "
                "`retold index repair --index " +
                of.copy + '`') != std::string::npos);
      CHECK(found.changes >= 0);
    }
  });
}

TEST_CASE("index: a damaged log is kept beside the salvaged index") {
  const temporary_folder folder;
  const history of(folder, near_options);
  const std::string at = of.fresh_copy(of.killed);
  const fs::path log = file_in(at, ".log");
  std::string bytes = bytes_of(log);
  bytes[bytes.size() / 2] ^= 1;
  overwrite(log, bytes);
  { const retold::index in(at, salvaging); }
  CHECK(bytes_of(at + "/damaged-" + log.filename().string()) == bytes);
  { const retold::index in(at, small); }
  CHECK(bytes_of(at + "/damaged-" + log.filename().string()) == bytes);
}

TEST_CASE("index: a list of files that is not whole is told, and not salvaged") {
  const temporary_folder folder;
  const history of(folder, near_options);
  for (const bool cut : {false, true}) {
    const std::string at = of.fresh_copy(of.closed);
    const fs::path list = file_in(at, "MANIFEST-");
    std::string bytes = bytes_of(list);
    if (cut)
      bytes.resize(bytes.size() - 1);
    else
      bytes[4] ^= 1;  // a length
    overwrite(list, bytes);
    for (const index_setup& use : {small, salvaging})
      CHECK(message_of([&] { const retold::index in(at, use); }, error_kind::input)
                .starts_with(at + ": damaged: its list of files, " + list.filename().string() + ", "));
  }
}

TEST_CASE("index: a folder without the record of its files, or with a damaged one, is told") {
  const temporary_folder folder;
  const history of(folder, near_options);
  const std::string at = of.fresh_copy(of.closed), whole = bytes_of(at + "/RETOLD");
  for (const bool gone : {true, false}) {
    gone ? void(fs::remove(at + "/RETOLD")) : overwrite(at + "/RETOLD", "");
    CHECK(message_of([&] { const retold::index in(at, small); }, error_kind::input).starts_with(at + ": damaged: its "));
    CHECK(joined(retold::index(at, reading).verify()).starts_with("its file RETOLD is missing or damaged"));
    CHECK(of.changes_in(retold::index(at, salvaging)) == of.all());
    CHECK(of.changes_in(retold::index(at, small)) == of.all());
  }
  CHECK(bytes_of(at + "/RETOLD").starts_with(whole.substr(0, whole.find('\n'))));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string bytes = whole;
    bytes[i] ^= 1;
    overwrite(at + "/RETOLD", bytes);
    CHECK(message_of([&] { const retold::index in(at, small); }, error_kind::input).starts_with(at + ": damaged: its "));
  }
  CHECK(of.changes_in(retold::index(at, reading)) == of.all());
  CHECK(of.changes_in(retold::index(at, salvaging)) == of.all());
  CHECK(of.changes_in(retold::index(at, small)) == of.all());
}

// Whoever writes has written down that it goes, and deletes it behind our list of names.
TEST_CASE("index: a log that goes while others look is not missed") {
  const temporary_folder folder;
  const history of(folder, near_options);
  class late : public test_disk {
   public:
    rocksdb::IOStatus GetChildren(const std::string& at, const rocksdb::IOOptions& o, std::vector<std::string>* names,
                                  rocksdb::IODebugContext* c) override {
      rocksdb::IOStatus done = target()->GetChildren(at, o, names, c);
      names->emplace_back("000001.log");
      return done;
    }
  } files;
  CHECK(retold::look_at_logs(files, of.fresh_copy(of.closed)).what.empty());
}

TEST_CASE("index: a log that cannot be opened is not taken for one that is gone") {
  const temporary_folder folder;
  const history of(folder, near_options);
  class too_many_files : public test_disk {
   public:
    rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& o,
                                        std::unique_ptr<rocksdb::FSSequentialFile>* out, rocksdb::IODebugContext* c) override {
      if (path.ends_with(".log")) return rocksdb::IOStatus::IOError("Too many open files");
      return target()->NewSequentialFile(path, o, out, c);
    }
  } files;
  CHECK(retold::look_at_logs(files, of.closed).unreadable.IsIOError());
  fs::remove(file_in(of.closed, ".log"));
  const auto gone = retold::look_at_logs(files, of.closed);
  CHECK(gone.unreadable.ok());
  CHECK_FALSE(gone.what.empty());
}

// A torn log that stays when those behind it are gone would look like one that breaks off.
TEST_CASE("index: a log whose end cannot be written down goes when it can be") {
  const temporary_folder folder;
  class no_room : public test_disk {
   public:
    rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& o,
                                      std::unique_ptr<rocksdb::FSWritableFile>* out, rocksdb::IODebugContext* c) override {
      return full ? rocksdb::IOStatus::NoSpace() : target()->NewWritableFile(path, o, out, c);
    }
    bool full = false;
  };
  const auto disk = std::make_shared<no_room>();
  retold::index_files files(disk);
  const std::string at = folder.path(), first = at + "/000001.log", second = at + "/000002.log";
  files.follow(at);
  rocksdb::FileLock* lock = nullptr;
  REQUIRE(files.LockFile(at + "/LOCK", {}, &lock, nullptr).ok());
  REQUIRE(rocksdb::WriteStringToFile(&files, "one", first).ok());
  REQUIRE(rocksdb::WriteStringToFile(&files, "two", second).ok());
  disk->full = true;
  for (int i = 0; i < 2; ++i) {
    CHECK(files.DeleteFile(first, {}, nullptr).ok());
    CHECK(fs::exists(first));
  }
  disk->full = false;
  CHECK(files.DeleteFile(second, {}, nullptr).ok());
  CHECK(!fs::exists(first));
  CHECK(!fs::exists(second));
  CHECK(retold::look_at_logs(files, at).what.empty());
  CHECK(files.UnlockFile(lock, {}, nullptr).ok());
}

TEST_CASE("index: what is known of the files is read and written down by whoever has the lock") {
  const temporary_folder folder;
  const std::string at = folder.path(), one = at + "/000001.log", two = at + "/000002.log", lock = at + "/LOCK";
  retold::index_files first(rocksdb::FileSystem::Default()), second(rocksdb::FileSystem::Default());
  rocksdb::FileLock *firsts = nullptr, *seconds = nullptr;
  first.follow(at), second.follow(at);
  REQUIRE(first.LockFile(lock, {}, &firsts, nullptr).ok());
  CHECK_FALSE(second.LockFile(lock, {}, &seconds, nullptr).ok());
  REQUIRE(rocksdb::WriteStringToFile(&first, "one", one, true).ok());
  REQUIRE(rocksdb::WriteStringToFile(&second, "two", two, true).ok());
  CHECK(first.UnlockFile(firsts, {}, nullptr).ok());
  using known = std::map<std::string, std::uint64_t>;
  const auto now_known = [&] { return retold::known_files::read(first, at).value().least; };
  CHECK(now_known() == known{{"000001.log", 3}});
  REQUIRE(second.LockFile(lock, {}, &seconds, nullptr).ok());
  CHECK(second.DeleteFile(one, {}, nullptr).ok());
  REQUIRE(rocksdb::WriteStringToFile(&second, "again", two, true).ok());
  CHECK(second.UnlockFile(seconds, {}, nullptr).ok());
  CHECK(now_known() == known{{"000002.log", 5}});
}

// The engine goes on with another log when it has written a table to a file; of the others the first is still needed. That
// table is ahead then, and what is in the first log cannot be done without.
TEST_CASE("index: of several logs each is missed, and changes to each are told") {
  for_levels([](const history& of) {
    const std::string path = of.copy + ".several", killed = path + ".killed";
    {
      retold::index made(path, of.options, small);
      source from(8);
      for (int i = 0; i < 12; ++i) {
        made.add(views(from.some(1)), {}, 10 + i);
        if (i % 4 == 3) made.parts().store.flush(table::pending);
      }
      fs::copy(path, killed, fs::copy_options::recursive);
    }
    std::vector<fs::path> logs;
    for (const auto& each : fs::directory_iterator(killed))
      if (each.path().extension() == ".log" && fs::file_size(each.path()) > 0) logs.push_back(each.path().filename());
    REQUIRE(logs.size() > 2);
    for (const fs::path& log : logs)
      for (const bool gone : {false, true}) {
        CAPTURE(gone);
        const std::string at = of.fresh_copy(killed);
        std::string bytes = bytes_of(at / log);
        bytes[3] ^= 1;
        gone ? static_cast<void>(fs::remove(at / log)) : overwrite(at / log, bytes);
        CHECK(message_of([&] { const retold::index in(at, small); }, error_kind::input)
                  .starts_with(at + ": damaged: its log " + log.filename().string()));
        const look seen = look_at(at, reading);
        CHECK(seen.found_anything());
        if (gone || log == logs.back()) continue;
        CHECK(message_of([&] { const retold::index in(at, salvaging); }, error_kind::input)
                  .ends_with(
                      ", and other files were written later than what can be read of it; bring the folder back from a copy, "
                      "or build the index anew in another"));
      }
  });
}

// The engine keeps a log of which nothing is whole, and would not read the next one behind it.
TEST_CASE("index: what is added behind a torn log stays, when the process is killed again") {
  for_levels([](const history& of) {
    const std::size_t size = bytes_of(file_in(of.killed, ".log")).size();
    for (const std::size_t cut : {std::size_t{1}, std::size_t{6}, std::size_t{8}, std::size_t{20}, size / 2, size - 1}) {
      CAPTURE(cut);
      const std::string at = of.fresh_copy(of.killed), again = of.copy + ".again";
      fs::resize_file(file_in(at, ".log"), cut);
      fs::remove_all(again);
      {
        retold::index in(at, small);
        for (int i = 0; i < 3; ++i)
          in.add(views({{"after" + std::to_string(i), "what comes afterwards is kept", {}}}), {}, 1000);
        fs::copy(at, again, fs::copy_options::recursive);
      }
      const retold::index in(again, small);
      CHECK(in.damage().empty());
      CHECK(in.find("after0").size() == 1);
      CHECK(in.find("after2").size() == 1);
      CHECK(joined(in.verify()) == "");
    }
  });
}

// A full disk takes half of a write, then there is room again: the engine goes on in another log.
TEST_CASE("index: what a failed write has left in a log is nothing, where the next log goes on") {
  for_levels([](const history& of) {
    const std::string path = of.copy + ".several", killed = path + ".killed";
    std::vector<everything> states;
    {
      retold::index made(path, of.options, small);
      source from(8);
      for (int i = 0; i < 12; ++i) {
        made.add(views(from.some(1)), {}, 10 + i);
        if (i % 4 == 3) made.parts().store.flush(table::pending);
      }
      states.push_back(everything_of(made));
      fs::copy(path, killed, fs::copy_options::recursive);
    }
    std::mt19937_64 random(9);
    for (const auto& each : fs::directory_iterator(killed)) {
      if (each.path().extension() != ".log") continue;
      std::string tail;
      for (int i = 0; i < 100; ++i) tail += static_cast<char>(random());
      const std::string at = of.fresh_copy(killed);
      std::ofstream(at / each.path().filename(), std::ios::binary | std::ios::app) << tail;
      for (const index_setup& use : {reading, small}) {
        const retold::index in(at, use);
        CHECK(difference(everything_of(in), states.back()) == "");
        CHECK(in.damage().empty());
      }
    }
  });
}
