// SPDX-License-Identifier: Apache-2.0
// Files that come whole or not at all: what stands in the folder before, after, and when something goes wrong.
#include "../src/write_file.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <set>
#include <thread>

#include "../src/read_stream.hpp"
#include "message_of.hpp"
#include "read_files.hpp"
#include "retold/error.hpp"

using retold::compression;
using retold::output_file;
using retold::packed;

namespace {

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

void write_whole(const std::string& path, std::string_view bytes) {
  output_file out(path);
  out.append(bytes);
  out.commit();
}

template <class Work>
std::string failure_of(const Work& work) {
  return message_of(work, retold::error_kind::output);
}

std::string unpacked(const std::string& path, compression how) {
  retold::byte_stream in(path, how);
  std::string out;
  REQUIRE(retold::read_all([&](std::span<char> into) { return in.fill(into); }, 1 << 30, out));
  CHECK(in.problem().empty());
  return out;
}

// Pieces of a length each, told apart by their letters.
std::vector<std::string> some_pieces(std::size_t count, std::size_t longest) {
  std::mt19937 random(7);
  std::vector<std::string> pieces(10);  // and some without any
  for (std::size_t i = 0; i < count; ++i) pieces.emplace_back(random() % (longest + 1), static_cast<char>('a' + i % 26));
  return pieces;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string all;
  for (const std::string& piece : pieces) all += piece;
  return all;
}

}  // namespace

TEST_CASE("pieces follow one another, and nothing stands beside the file") {
  const temporary_folder folder;
  const std::vector<std::string> pieces = some_pieces(400, 5000);
  output_file out(folder.path("out.jsonl"));
  for (const std::string& piece : pieces) out.append(piece);
  out.commit();
  CHECK(contents(folder.path("out.jsonl")) == joined(pieces));
  CHECK(names_in(folder.path()) == std::set<std::string>{"out.jsonl"});
}

TEST_CASE("without commit nothing has happened; with it, the new replaces the old at once") {
  const temporary_folder folder;
  const std::string path = folder.write("out", "the old\n");
  {
    output_file out(path);
    out.append("the new");
    CHECK(contents(path) == "the old\n");
  }
  CHECK(contents(path) == "the old\n");
  CHECK(names_in(folder.path()) == std::set<std::string>{"out"});
  write_whole(path, "the new");
  CHECK(contents(path) == "the new");
  write_whole(path, "");
  CHECK(contents(path).empty());
  { output_file never(folder.path("never")); }
  CHECK(names_in(folder.path()) == std::set<std::string>{"out"});
}

TEST_CASE("permissions of the old target stay, a new one has the usual") {
  const temporary_folder folder;
  const auto mode = [&](const std::string& name) { return fs::status(folder.path(name)).permissions(); };
  using enum fs::perms;
  fs::permissions(folder.write("secret", "x"), owner_read | owner_write);
  fs::permissions(folder.write("shared", "x"), owner_all | group_all | others_read);
  for (const char* name : {"secret", "shared", "new"}) write_whole(folder.path(name), "y");
  CHECK(mode("secret") == (owner_read | owner_write));
  CHECK(mode("shared") == (owner_all | group_all | others_read));
  folder.write("usual", "");
  CHECK(mode("new") == mode("usual"));
}

TEST_CASE("a link stays a link, also through others and to what is not there yet") {
  const temporary_folder folder;
  folder.write("real/file", "old");
  fs::create_symlink("real/file", folder.path("link"));
  fs::create_symlink("link", folder.path("link to link"));
  fs::create_symlink("real/later", folder.path("dangling"));
  fs::create_symlink("dangling", folder.path("dangling too"));
  write_whole(folder.path("link to link"), "new");
  write_whole(folder.path("dangling too"), "late");
  CHECK(fs::is_symlink(folder.path("link to link")));
  CHECK(fs::is_symlink(folder.path("link")));
  CHECK(fs::is_symlink(folder.path("dangling")));
  CHECK(contents(folder.path("real/file")) == "new");
  CHECK(contents(folder.path("real/later")) == "late");
  CHECK(names_in(folder.path("real")) == std::set<std::string>{"file", "later"});
  fs::create_symlink("loop", folder.path("loop"));
  CHECK(failure_of([&] { output_file out(folder.path("loop")); }) ==
        folder.path("loop") + ": cannot be written: Too many levels of symbolic links");
}

TEST_CASE("open files under their names are written on with, files in folders of /dev are files") {
  const temporary_folder folder;
  for (const char* open : {"/dev/stdout", "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2", "/dev/null"}) {
    CAPTURE(open);
    CHECK_FALSE(retold::is_replaced(open));
  }
  CHECK_FALSE(retold::is_replaced(folder.path()));
  CHECK(retold::is_replaced(folder.path("not/there")));
  CHECK(retold::is_replaced(folder.write("there", "")));
  CHECK_FALSE(retold::is_replaced("/dev/not-there"));
  std::string in_memory = "/dev/shm/retold-XXXXXX";
  if (mkdtemp(in_memory.data()) == nullptr) return;
  for (const char* bytes : {"one", "two"}) {
    write_whole(in_memory + "/out", bytes);
    CHECK(contents(in_memory + "/out") == bytes);
  }
  fs::remove_all(in_memory);
}

TEST_CASE("what cannot be written is named with the reason") {
  const temporary_folder folder;
  const auto opening = [&](const std::string& path) { return failure_of([&] { output_file out(path); }); };
  CHECK(opening(folder.path("no/out")) == folder.path("no/out") + ": cannot be written: No such file or directory");
  CHECK(opening(folder.path()) == folder.path() + ": cannot be written: Is a directory");
  folder.write("file", "");
  CHECK(opening(folder.path("file/out")) == folder.path("file/out") + ": cannot be written: Not a directory");
  CHECK(opening("") == ": cannot be written: No such file or directory");
  if (geteuid() == 0) return;  // root writes everywhere
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(opening(folder.path("out")) == folder.path("out") + ": cannot be written: Permission denied");
  fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST_CASE("names in use by others are left alone") {
  const temporary_folder folder;
  const std::string taken = "out." + std::to_string(getpid()) + ".part";
  folder.write(taken, "somebody's");
  write_whole(folder.path("out"), "ours");
  CHECK(contents(folder.path(taken)) == "somebody's");
  CHECK(contents(folder.path("out")) == "ours");
  CHECK(names_in(folder.path()) == std::set<std::string>{"out", taken});
}

TEST_CASE("two writers of one target: both whole, the later one stays") {
  const temporary_folder folder;
  output_file one(folder.path("out")), two(folder.path("out"));
  one.append("one");
  two.append("two, longer");
  two.commit();
  CHECK(contents(folder.path("out")) == "two, longer");
  one.commit();
  CHECK(contents(folder.path("out")) == "one");
  CHECK(names_in(folder.path()) == std::set<std::string>{"out"});
}

TEST_CASE("a process that is killed leaves the old target") {
  const temporary_folder folder;
  const std::string path = folder.write("out", "old");
  const pid_t child = fork();
  if (child == 0) {
    output_file out(path);
    out.append("half of the new");
    raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(contents(path) == "old");
  for (const std::string& name : names_in(folder.path())) CHECK_MESSAGE((name == "out" || name.ends_with(".part")), name);
}

TEST_CASE("devices are written to as they are") {
  write_whole("/dev/null", "gone");
  CHECK(fs::is_character_file("/dev/null"));
  if (!fs::exists("/dev/full")) return;
  output_file full("/dev/full");
  const std::string said = "/dev/full: cannot be written: No space left on device";
  CHECK(failure_of([&] { full.append("no room"); }) == said);
  CHECK(failure_of([&] { full.append("nor for this"); }) == said);
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a file that somebody has open, by its name in /dev, is written on with") {
  const temporary_folder folder;
  const std::string path = folder.write("log", "before\n");
  const int open_log = open(path.c_str(), O_WRONLY | O_APPEND);
  REQUIRE(open_log >= 0);
  write_whole("/dev/fd/" + std::to_string(open_log), "results\n");
  REQUIRE(write(open_log, "after\n", 6) == 6);
  close(open_log);
  CHECK(contents(path) == "before\nresults\nafter\n");
}

TEST_CASE("into a pipe, more than it holds") {
  const temporary_folder folder;
  REQUIRE(mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  const std::vector<std::string> pieces = some_pieces(200, 3000);
  std::string got;
  {
    std::jthread reader([&] { got = contents(folder.path("pipe")); });
    output_file out(folder.path("pipe"));
    for (const std::string& piece : pieces) out.append(piece);
    out.commit();
  }
  CHECK(got == joined(pieces));
  CHECK(fs::is_fifo(folder.path("pipe")));
}

TEST_CASE("a pipe by its name in /dev, as shells make them for >(program)") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  write_whole("/dev/fd/" + std::to_string(ends[1]), "through");
  close(ends[1]);
  char got[16] = {};
  CHECK(read(ends[0], got, sizeof got) == 7);
  CHECK(std::string(got) == "through");
  close(ends[0]);
}

TEST_CASE("a pipe whose reader has gone is an error") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const temporary_folder folder;
  REQUIRE(mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  std::jthread reader([&] { std::ifstream in(folder.path("pipe")); });
  output_file out(folder.path("pipe"));
  reader.join();
  CHECK(failure_of([&] { out.append("0123456789"); }) == folder.path("pipe") + ": cannot be written: Broken pipe");
  std::signal(SIGPIPE, before);
}

TEST_CASE("on a full disk the old target stays and nothing else") {
  struct {
    bool mounted = false;
    std::string said, kept;
    std::set<std::string> names;
  } seen;
  const temporary_folder folder;
  // A thread with mounts of its own, which go with it. Only root may, and not everywhere.
  std::thread([&] {
    if (unshare(CLONE_FS | CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
    if (mount("none", folder.path().c_str(), "tmpfs", 0, "size=256k") != 0) return;
    seen.mounted = true;
    const std::string path = folder.write("out", "old");
    const std::string piece(10'000, 'x');
    seen.said = failure_of([&] {
      output_file out(path);
      for (int i = 0; i < 100; ++i) out.append(piece);
      out.commit();
    });
    seen.names = names_in(folder.path());
    seen.kept = contents(path);
    umount2(folder.path().c_str(), MNT_DETACH);
  }).join();
  if (!seen.mounted) {
    MESSAGE("no small disk to fill: skipped");
    CHECK(names_in(folder.path()).empty());
    return;
  }
  CHECK(seen.said == folder.path("out") + ": cannot be written: No space left on device");
  CHECK(seen.kept == "old");
  CHECK(seen.names == std::set<std::string>{"out"});
}

TEST_CASE("the ending of the name tells how a file is compressed") {
  const temporary_folder folder;
  const auto how = [&](const char* name) { return output_file(folder.path(name)).how(); };
  CHECK(how("a.jsonl") == compression::none);
  CHECK(how("a.jsonl.gz") == compression::gzip);
  CHECK(how("a.JSONL.GZ") == compression::gzip);
  CHECK(how("a.zst") == compression::zstd);
  CHECK(how("a.Zst") == compression::zstd);
  CHECK(how(".zst") == compression::none);
  CHECK(how("a.gz.txt") == compression::none);
}

TEST_CASE("packed pieces, one after the other, are a file of the whole") {
  const temporary_folder folder;
  std::mt19937 random(3);
  std::vector<std::string> pieces = some_pieces(40, 20'000);
  pieces.emplace_back();
  for (int i = 0; i < 20; ++i) {
    std::string noise(random() % 70'000, '\0');
    std::generate(noise.begin(), noise.end(), [&] { return static_cast<char>(random()); });
    pieces.push_back(noise);
  }
  for (const compression how : {compression::gzip, compression::zstd}) {
    const std::string path = folder.path(how == compression::gzip ? "out.gz" : "out.zst");
    output_file out(path);
    for (const std::string& piece : pieces) {
      out.append(packed(how, piece));
      CHECK(packed(how, piece) == packed(how, piece));
    }
    out.commit();
    CHECK(unpacked(path, how) == joined(pieces));
  }
  CHECK(packed(compression::zstd, std::string(100'000, 'a')).size() < 200);
}

TEST_CASE("compressed, nothing is an empty member and not an empty file, which no program takes") {
  const temporary_folder folder;
  for (const compression how : {compression::gzip, compression::zstd}) {
    const std::string path = folder.path(how == compression::gzip ? "none.gz" : "none.zst");
    output_file(path).commit();
    CHECK(contents(path).size() > 5);
    CHECK(unpacked(path, how).empty());
  }
}
