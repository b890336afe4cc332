// SPDX-License-Identifier: Apache-2.0
// What an index takes of memory: what it was told to, whatever has been added.
#include <fstream>

#include "child_process.hpp"
#include "index_twin.hpp"
#include "read_files.hpp"
#include "slowness.hpp"

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

// The most memory that this process has had at a time, in bytes; 0 where the system does not say.
std::uint64_t most_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (std::uint64_t kibibytes = 0; word == "VmHWM:" && status >> kibibytes) return kibibytes << 10;
  return 0;
}

std::uint64_t memory_after(const std::string& folder, std::size_t records,
                           const std::string& what = "child: adds many records in little memory",
                           const std::string& other = {}) {
  process child(what, {"RETOLD_CHILD_FOLDER=" + folder, "RETOLD_CHILD_RECORDS=" + std::to_string(records),
                       "RETOLD_CHILD_OTHER=" + other});
  while (child.read()) {
  }
  CHECK(child.wait() == 0);
  REQUIRE(child.words().size() == 1);
  return child.words().front();
}

}  // namespace

TEST_CASE("index: memory stays within what it may use, however many records come") {
  const temporary_folder folder;
  const std::uint64_t one = memory_after(folder.path("one"), 1), some = memory_after(folder.path("some"), 20'000 / slowness),
                      many = memory_after(folder.path("many"), 60'000 / slowness);
  MESSAGE("MiB: " << one / mebibyte << ", " << some / mebibyte << ", " << many / mebibyte);
  const bool by_itself = sanitizers.empty();  // they take memory of their own
  CHECK((!by_itself || many <= one + 27 * mebibyte));
  CHECK((!by_itself || many <= some + 8 * mebibyte));
}

// Some hundred bands each: filters of their whole share. What is not used up is for larger lines and more files.
TEST_CASE("child: adds many records in little memory" * doctest::skip()) {
  retold::index in(asked_for("RETOLD_CHILD_FOLDER"), {.threshold = 0.5, .slots = 256, .recall = 0.999},
                   {.memory = 32 * mebibyte, .threads = 2});
  const std::uint64_t records = std::stoull(asked_for("RETOLD_CHILD_RECORDS"));
  std::uint64_t number = 0, fresh = 0;
  while (number < records) {
    std::vector<std::string> ids, texts;
    for (; texts.size() < 250 && number < records; ++number) {
      ids.push_back("record " + std::to_string(number));
      std::string& text = texts.emplace_back();
      for (std::uint64_t word = 0; word < 9; ++word) text += std::to_string(retold::mix64(number * 9 + word) % 100'000) + ' ';
    }
    std::vector<retold::index_entry> entries(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) entries[i] = {.id = ids[i], .text = texts[i]};
    for (const retold::index_verdict& verdict : in.add(entries)) fresh += verdict.status == retold::index_status::fresh;
  }
  CHECK(fresh == records);
  send(most_memory());
}

// Terms that hardly two articles share: of what came lately they are the most by far.
TEST_CASE("index: memory stays within what it may use at level story, and while another is merged") {
  const temporary_folder folder;
  const std::string add = "child: adds many articles in little memory", merge = "child: merges many articles in little memory";
  const std::uint64_t one = memory_after(folder.path("one"), 1, add),
                      many = memory_after(folder.path("many"), 3'000 / slowness, add),
                      merged = memory_after(folder.path("merged"), 3'000 / slowness, merge, folder.path("many"));
  MESSAGE("MiB: " << one / mebibyte << ", " << many / mebibyte << ", merged " << merged / mebibyte);
  const bool by_itself = sanitizers.empty();
  CHECK((!by_itself || many <= one + 40 * mebibyte));
  CHECK((!by_itself || merged <= one + 44 * mebibyte));
}

TEST_CASE("child: adds many articles in little memory" * doctest::skip()) {
  retold::index in(asked_for("RETOLD_CHILD_FOLDER"), {.level = retold::level::story}, {.memory = 32 * mebibyte, .threads = 1});
  const std::uint64_t articles = std::stoull(asked_for("RETOLD_CHILD_RECORDS"));
  std::uint64_t kept = 0;
  for (std::uint64_t number = 0; number < articles; ++number) {
    std::string text;
    for (std::uint64_t word = 0; word < 500; ++word)
      text += 'w' + std::to_string(retold::mix64(number * 500 + word) % 300'000) + ' ';
    const retold::index_entry entry[] = {{.id = "", .text = text}};
    kept += in.add(entry).front().number == number + 1;
  }
  CHECK(kept == articles);
  send(most_memory());
}

TEST_CASE("child: merges many articles in little memory" * doctest::skip()) {
  const retold::index from(asked_for("RETOLD_CHILD_OTHER"), {.access = retold::index_access::read, .memory = 32 * mebibyte});
  retold::index into(asked_for("RETOLD_CHILD_FOLDER"), from.options(), {.memory = 32 * mebibyte, .threads = 1});
  CHECK(into.merge(from) == std::stoull(asked_for("RETOLD_CHILD_RECORDS")));
  send(most_memory());
}
