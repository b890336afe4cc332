// SPDX-License-Identifier: Apache-2.0
// A crawler's loop: pages come one by one, the index says what each is, and only what is new is stored. Killed or ended, it
// knows the pages again when it is run again.   8_crawler_loop FOLDER
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "retold/retold.hpp"

namespace {

struct page {
  std::string html;
  std::vector<std::string> links;
};

// In place of a network: a little web of which every page can be had at once.
const std::string wreck =
    "The ferry Lady Oriel struck Tallow Reef at dawn with 74 people on board. Captain Ysolde Brandt ordered everybody into "
    "the rafts, and the lifeboat of Sarn took the last of them off at seven. A crack of nine metres runs along the keel, the "
    "harbour office said. Nobody was hurt.";
const std::map<std::string, page> web = {
    {"kelm.example/",
     {"<title>The Kelm Herald</title><p>Five colours of paint for the lighthouse door: choose one by Sunday.",
      {"kelm.example/reef", "kelm.example/print/reef", "sarn.example/", "sarn.example/flour"}}},
    {"kelm.example/reef", {"<title>Ferry Lady Oriel strikes reef off Sarn</title><p>" + wreck, {"kelm.example/"}}},
    {"kelm.example/print/reef", {"<title>Ferry Lady Oriel strikes reef off Sarn</title><p>" + wreck, {}}},
    {"sarn.example/",
     {"<title>Lady Oriel strikes reef</title><p>From our own correspondent. " + wreck, {"sarn.example/captain"}}},
    {"sarn.example/captain",
     {"<title>\"I saw the surf too late\": captain Brandt on Tallow Reef</title><p>Ysolde Brandt has steered the Lady Oriel "
      "for eleven years. This morning, she says, she took the surf on Tallow Reef for the first light. All 74 of her "
      "passengers are ashore, in the school hall of Sarn, with blankets and soup; the keel will be looked at in dry dock.",
      {"kelm.example/reef"}}},
    {"sarn.example/flour",
     {"<title>Bread by the metre</title><p>A bakery in Mirefleurs sells its loaves by the metre since flour has become dear.",
      {}}},
};

// By the number that the index calls it by: what is stored twice, after a crash between the two, is stored once.
void store(const std::filesystem::path& folder, std::uint64_t number, const std::string& html) {
  std::ofstream(folder / (std::to_string(number) + ".html")) << html;
}

const char* judge(retold::index& seen, const std::string& url, const std::string& html, const std::filesystem::path& folder) {
  const retold::document read = retold::read_text(url, html, retold::text_format::html);
  const retold::index_entry entry[] = {{.id = url, .text = read.text, .title = read.title}};
  const retold::index_verdict verdict = seen.add(entry).front();
  using enum retold::index_status;
  const bool is_new = verdict.status == fresh || verdict.status == story;  // a story's next article has news of its own
  if (is_new) store(folder, verdict.number, html);
  if (verdict.repeated) return "again";
  return verdict.status == fresh ? "new" : verdict.status == story ? "story" : verdict.status == near ? "near" : "exact";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: 8_crawler_loop FOLDER\n", 2;
  const std::filesystem::path folder = argv[1];
  try {
    std::filesystem::create_directories(folder);
    retold::index seen(folder / "seen.index", retold::index_options{.level = retold::level::story});
    std::deque<std::string> frontier = {"kelm.example/"};
    std::set<std::string> met = {frontier.front()};
    for (; !frontier.empty(); frontier.pop_front()) {
      const page& fetched = web.at(frontier.front());
      std::cout << judge(seen, frontier.front(), fetched.html, folder) << ' ' << frontier.front() << '\n';
      for (const std::string& link : fetched.links)
        if (met.insert(link).second) frontier.push_back(link);
    }
    std::cout << seen.stats().documents << " documents of " << met.size() << " pages\n";
  } catch (const retold::error& e) {
    return std::cerr << e.what() << '\n', 1;
  }
}
