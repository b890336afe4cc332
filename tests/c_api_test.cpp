// SPDX-License-Identifier: Apache-2.0
// retold.h beside what it stands for: the same answers as in C++, and no failure but as a status.
#include "retold.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "read_files.hpp"
#include "retold/retold.hpp"

namespace {

std::string string_of(const retold_text& t) { return {t.data, t.size}; }
retold_text text_of(const std::string& s) { return {s.data(), s.size()}; }

class options {
 public:
  options(std::initializer_list<std::pair<const char*, const char*>> given) {
    for (const auto& [name, value] : given) CHECK(retold_options_set(all_, name, value) == RETOLD_OK);
  }
  ~options() { retold_options_free(all_); }
  options(const options&) = delete;
  options& operator=(const options&) = delete;
  operator const retold_options*() const { return all_; }

 private:
  retold_options* all_ = retold_options_new();
};

std::vector<retold::document> news() {
  std::vector<retold::document> out;
  retold::read({std::string(RETOLD_SOURCE_DIR) + "/samples/news"}, {},
               [&](retold::document&& d) { out.push_back(std::move(d)); });
  return out;
}

retold_document as_c(const retold::document& d) {
  return {text_of(d.id), text_of(d.text), text_of(d.title), text_of(d.date), text_of(d.source), text_of(d.language)};
}

// Sentences of few words, so that many are alike.
std::string random_text(std::mt19937& random) {
  static const char* const words[] = {"ice", "ferry", "late", "Torvik", "bread", "bank", "rises", "again", "fjord", "\xFF"};
  std::string out;
  for (std::size_t n = random() % 30; n > 0; --n) out += std::string(words[random() % std::size(words)]) + ' ';
  return out;
}

}  // namespace

TEST_CASE("c: groups are those of cluster(), whatever the order, by their places in the call") {
  std::vector<retold::document> articles = news();
  std::shuffle(articles.begin(), articles.end(), std::mt19937(7));
  std::vector<retold_document> given;
  for (const retold::document& d : articles) given.push_back(as_c(d));
  for (const char* level : {"story", "near", "topic"}) {
    retold_clustering* found = nullptr;
    REQUIRE(retold_cluster(given.data(), given.size(), options{{"level", level}, {"passages", "no"}}, &found) == RETOLD_OK);
    retold::cluster_options same{.passages = false};
    same.level = std::string(level) == "near"    ? retold::level::near
                 : std::string(level) == "topic" ? retold::level::topic
                                                 : same.level;
    std::vector<retold::document> copies;
    for (const retold::document& d : articles)
      copies.push_back(retold::read_fields({d.id, d.text, d.title, d.date, d.source, d.language}));
    const retold::clustering expected = retold::cluster(copies, same);
    REQUIRE(retold_clustering_size(found) == expected.groups.size());
    for (std::size_t i = 0; i < expected.groups.size(); ++i) {
      const retold_group got = retold_clustering_group(found, i);
      const retold::group& wanted = expected.groups[i];
      CHECK(std::string(got.level) == level);
      CHECK(string_of(got.title) == wanted.title);
      CHECK(got.cohesion == wanted.cohesion);
      CHECK(articles[got.representative].id == expected.documents[wanted.representative].id);
      std::vector<std::string> ids, wanted_ids;
      for (std::size_t k = 0; k < got.count; ++k) ids.push_back(articles[got.documents[k]].id);
      for (const std::uint32_t d : wanted.documents) wanted_ids.push_back(expected.documents[d].id);
      std::sort(ids.begin(), ids.end());
      CHECK(ids == wanted_ids);
      CHECK(std::is_sorted(got.documents, got.documents + got.count));
    }
    retold_text json{}, page{};
    CHECK(retold_clustering_json(found, &json) == RETOLD_OK);
    CHECK(string_of(json) == retold::to_json(expected));
    CHECK(retold_clustering_html(found, &page) == RETOLD_OK);
    CHECK(string_of(page) == retold::to_html(expected));
    retold_clustering_free(found);
  }
}

TEST_CASE("c: documents without ids, with the same id, with bytes that are no text") {
  const std::string texts[] = {"The ferry to Torvik is late again because of the ice", "", "caf\xE9 au lait",
                               "The ferry to Torvik is late again because of the ice"};
  std::vector<retold_document> given(4);
  for (std::size_t i = 0; i < 4; ++i) given[i].text = text_of(texts[i]);
  given[1].id = given[2].id = retold_string("same");
  retold_clustering* found = nullptr;
  REQUIRE(retold_cluster(given.data(), 4, options{{"level", "near"}}, &found) == RETOLD_OK);
  const retold_group first = retold_clustering_group(found, 0);
  REQUIRE(first.count == 2);
  CHECK(first.documents[0] == 0);
  CHECK(first.documents[1] == 3);
  CHECK(retold_clustering_size(found) == 3);
  retold_clustering_free(found);
  REQUIRE(retold_cluster(nullptr, 0, nullptr, &found) == RETOLD_OK);
  CHECK(retold_clustering_size(found) == 0);
  retold_clustering_free(found);
}

TEST_CASE("c: two documents, with offsets into what was given") {
  const std::vector<retold::document> articles = news();
  const auto of = [&](const std::string& id) {
    return *std::find_if(articles.begin(), articles.end(), [&](const auto& d) { return d.id == id; });
  };
  retold::document a = of("fr-barrage-telex.txt"), b = of("fr-barrage-quotidien.txt");
  a.text.insert(0, "\xFF\xFE invalid ");  // three bytes each as text
  const retold_document given[] = {as_c(a), as_c(b)};
  retold_comparison* found = nullptr;
  REQUIRE(retold_compare(&given[0], &given[1], nullptr, &found) == RETOLD_OK);
  const retold::comparison expected =
      retold::compare(retold::read_fields({a.id, a.text, a.title, a.date, a.source, a.language}),
                      retold::read_fields({b.id, b.text, b.title, b.date, b.source, b.language}));
  retold_text json{};
  CHECK(retold_comparison_json(found, &json) == RETOLD_OK);
  CHECK(string_of(json) == retold::to_json(expected));
  const nlohmann::json said = nlohmann::json::parse(string_of(json));
  REQUIRE(retold_comparison_size(found) == said["passages"].size());
  CHECK(retold_comparison_size(found) > 4);
  for (std::size_t i = 0; i < said["passages"].size(); ++i) {
    const retold_passage p = retold_comparison_passage(found, i);
    CHECK(p.kind == said["passages"][i]["class"]);
    CHECK(p.a.begin == said["passages"][i]["a"]["begin"]);
    CHECK(p.b.end == said["passages"][i]["b"]["end"]);
  }
  CHECK(retold_comparison_similarity(found).jaccard == expected.overlap.jaccard);
  CHECK(retold_comparison_similarity(found).simhash == expected.simhash);
  retold_comparison_free(found);
}

TEST_CASE("c: where there is no text the title is it") {
  const std::string title = "Ferry to Torvik late again because of the ice on the fjord, says the company";
  const retold_document a = {{}, {}, text_of(title), {}, {}, {}}, b = {{}, text_of(title), {}, {}, {}, {}};
  retold_comparison* found = nullptr;
  REQUIRE(retold_compare(&a, &b, nullptr, &found) == RETOLD_OK);
  REQUIRE(retold_comparison_size(found) == 1);
  const retold_passage p = retold_comparison_passage(found, 0);
  CHECK(p.a.in_title == 1);
  CHECK(p.b.in_title == 0);
  CHECK(title.substr(p.a.begin, p.a.end - p.a.begin) == title);
  retold_comparison_free(found);
}

TEST_CASE("c: duplicates and signatures are those of C++") {
  std::mt19937 random(3);
  std::vector<std::string> texts(300);
  std::vector<retold_text> given;
  std::vector<std::string_view> views;
  for (std::string& text : texts) {
    text = random() % 3 == 0 && &text != texts.data() ? (&text)[-1] + " more" : random_text(random);
    given.push_back(text_of(text)), views.push_back(text);
  }
  for (const char* threshold : {"0.5", "0.8"}) {
    std::vector<retold_verdict> verdicts(texts.size());
    REQUIRE(retold_dedup(given.data(), given.size(), options{{"threshold", threshold}, {"preset", "web"}}, verdicts.data()) ==
            RETOLD_OK);
    const auto expected = retold::dedup(views, {.threshold = std::stod(threshold), .shingle = {.size = 5}});
    std::size_t copies = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CHECK(verdicts[i].of == expected[i].of);
      CHECK(verdicts[i].similarity == expected[i].similarity);
      CHECK((verdicts[i].exact != 0) == expected[i].exact);
      copies += verdicts[i].of != i;
    }
    CHECK(copies > 20);
  }
  std::vector<std::uint64_t> a(64), b(64);
  REQUIRE(retold_minhash(given[4], nullptr, a.data(), 64) == RETOLD_OK);
  REQUIRE(retold_minhash(given[5], options{{"shingle", "char:4"}}, b.data(), 64) == RETOLD_OK);
  const retold::minhasher sign({.slots = 64});
  CHECK(a == sign(retold::shingles(views[4])));
  CHECK(b == sign(retold::shingles(views[5], {retold::shingle_unit::character, 4})));
  CHECK(retold_minhash_estimate(a.data(), b.data(), 64) == retold::estimate(a, b));
  CHECK(retold_minhash_estimate(a.data(), a.data(), 64) == retold::estimate(a, a));
}

TEST_CASE("c: an index gives the verdicts of retold::index, and lasts") {
  const temporary_folder folder;
  const std::string here = folder.path("c"), there = folder.path("cpp");
  std::mt19937 random(11);
  std::vector<std::string> texts, ids;
  for (int i = 0; i < 200; ++i) {
    texts.push_back(i % 4 == 3 ? texts[random() % texts.size()] : random_text(random));
    ids.push_back(i % 5 == 0 ? "" : "id" + std::to_string(i));
  }
  const std::int64_t date = 1'700'000'000;
  std::vector<retold_entry> entries;
  std::vector<retold::index_entry> same;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    entries.push_back({text_of(ids[i]), text_of(texts[i]), {}, i % 2 == 0 ? &date : nullptr});
    same.push_back({ids[i], texts[i], i % 2 == 0 ? std::optional(date) : std::nullopt, {}});
  }
  std::vector<retold_index_verdict> verdicts(texts.size());
  retold_index* seen = nullptr;
  REQUIRE(retold_index_open(here.c_str(), options{{"threshold", "0.6"}, {"memory", "32M"}}, &seen) == RETOLD_OK);
  REQUIRE(retold_index_add(seen, entries.data(), entries.size(), "wire", date, verdicts.data()) == RETOLD_OK);
  retold::index twin(there, retold::index_options{.threshold = 0.6}, {.memory = 32 << 20});
  const auto expected = twin.add(same, {.into = "wire"}, date);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CHECK(static_cast<int>(verdicts[i].status) == static_cast<int>(expected[i].status));
    CHECK(verdicts[i].number == expected[i].number);
    CHECK(string_of(verdicts[i].of) == expected[i].of);
    CHECK(verdicts[i].similarity == expected[i].similarity);
  }
  std::uint64_t size = 0;
  CHECK(retold_index_size(seen, &size) == RETOLD_OK);
  CHECK(size == twin.stats().documents);
  retold_index_free(seen);

  REQUIRE(retold_index_open(here.c_str(), options{{"access", "read"}}, &seen) == RETOLD_OK);  // as it was made
  for (std::size_t i = 0; i < 20; ++i) {
    retold_matches* found = nullptr;
    REQUIRE(retold_index_query(seen, &entries[i], &found) == RETOLD_OK);
    const auto matches = twin.query(same[i]);
    REQUIRE(retold_matches_size(found) == matches.size());
    for (std::size_t k = 0; k < matches.size(); ++k) {
      CHECK(string_of(retold_matches_at(found, k).id) == matches[k].id);
      CHECK(string_of(retold_matches_at(found, k).scope) == "wire");
      CHECK(retold_matches_at(found, k).similarity == matches[k].similarity);
      CHECK(retold_matches_at(found, k).arrived == date);
    }
    retold_matches_free(found);
  }
  CHECK(retold_index_add(seen, entries.data(), 1, nullptr, 0, verdicts.data()) == RETOLD_ERROR_OPTION);
  CHECK(std::string(retold_last_error()) == here + ": opened for reading only");
  retold_index_free(seen);

  REQUIRE(retold_index_open(here.c_str(), nullptr, &seen) == RETOLD_OK);
  const std::string first = expected[1].of;
  const retold_text names[] = {text_of(first), retold_string("nobody")};
  std::uint64_t removed = 0;
  CHECK(retold_index_remove(seen, names, 2, &removed) == RETOLD_OK);
  CHECK(removed == 1);
  retold_matches* found = nullptr;
  CHECK(retold_index_find(seen, names[0], &found) == RETOLD_OK);
  CHECK(retold_matches_size(found) == 0);
  retold_matches_free(found);
  CHECK(retold_index_compact(seen) == RETOLD_OK);
  CHECK(retold_index_expire(seen, date + 1, &removed) == RETOLD_OK);
  CHECK(removed > 0);
  CHECK(retold_index_size(seen, &size) == RETOLD_OK);
  CHECK(size == 0);
  retold_index_free(seen);
  CHECK(retold_index_open(here.c_str(), options{{"threshold", "0.8"}}, &seen) == RETOLD_ERROR_OPTION);
  CHECK(std::string(retold_last_error()).find("made with threshold 0.6 (not 0.8)") != std::string::npos);
}

TEST_CASE("c: what is wrong is said, as a status and in words, to the thread that asked") {
  const retold_text text = retold_string("one two three four");
  retold_verdict verdict{};
  const auto refused = [&](std::initializer_list<std::pair<const char*, const char*>> given) {
    CHECK(retold_dedup(&text, 1, options(given), &verdict) == RETOLD_ERROR_OPTION);
    return std::string(retold_last_error());
  };
  CHECK(refused({{"levle", "near"}}) ==
        "no option \"levle\" here; there are level, threshold, verify, preset, shingle, sketch, slots, recall, threads");
  CHECK(refused({{"level, threshold", "near"}}).starts_with("no option \"level, threshold\" here; "));
  CHECK(retold_minhash_estimate(nullptr, nullptr, 8) == 0);
  CHECK(refused({{"level", "story"}}) == "level 'story' is not exact or near");
  CHECK(refused({{"level", "exact"}, {"slots", "64"}}) == "slots has no meaning at level exact");
  CHECK(refused({{"threshold", "1.5"}}).find("out of range") != std::string::npos);
  CHECK(refused({{"threshold", "high"}}) == "threshold: 'high' is not a number such as 0.8");
  CHECK(refused({{"slots", "-1"}}) == "slots: '-1' is not a whole number");
  CHECK(refused({{"verify", "no"}}) == "verify: 'no' is not one of exact, sketch");
  CHECK(refused({{"preset", "novel"}}) == "preset 'novel' is not news, web or short");
  CHECK(refused({{"shingle", "word:0"}}).find("shingle") != std::string::npos);
  CHECK(retold_dedup(nullptr, 1, nullptr, &verdict) == RETOLD_ERROR_OPTION);
  CHECK(std::string(retold_last_error()) == "texts is NULL");
  const retold_text forgotten{nullptr, 5};
  CHECK(retold_dedup(&forgotten, 1, nullptr, &verdict) == RETOLD_ERROR_OPTION);
  CHECK(std::string(retold_last_error()) == "a text of 5 bytes has no data: NULL");
  CHECK(retold_cluster(nullptr, 1, nullptr, nullptr) == RETOLD_ERROR_OPTION);
  CHECK(retold_compare(nullptr, nullptr, nullptr, nullptr) == RETOLD_ERROR_OPTION);
  retold_index* none = nullptr;
  CHECK(retold_index_open("/dev/null/index", nullptr, &none) != RETOLD_OK);
  CHECK(retold_index_open("", nullptr, &none) == RETOLD_ERROR_OPTION);
  CHECK(std::string(retold_last_error()) == "the name of the index's folder is empty");
  CHECK(none == nullptr);
  CHECK(retold_index_open("nowhere.index", options{{"window", "3"}}, &none) == RETOLD_ERROR_OPTION);
  CHECK(std::string(retold_last_error()) == "window is for level story");
  CHECK(retold_index_open("nowhere.index", options{{"memory", "4GB"}}, &none) == RETOLD_ERROR_OPTION);
  CHECK(std::string(retold_last_error()) == "memory takes a number of bytes such as 512M or 4G, not '4GB'");
  CHECK(retold_index_open("nowhere.index", options{{"access", "read"}}, &none) == RETOLD_ERROR_INPUT);
  CHECK(retold_options_set(nullptr, "level", "near") == RETOLD_ERROR_OPTION);
  CHECK(retold_minhash(text, nullptr, nullptr, 128) == RETOLD_ERROR_OPTION);
  std::uint64_t slot = 0;
  CHECK(retold_minhash(text, nullptr, &slot, 1) == RETOLD_ERROR_OPTION);
  CHECK(std::string(retold_last_error()).find("slots 1 is out of range") != std::string::npos);
  std::thread([] { CHECK(std::string(retold_last_error()).empty()); }).join();
  retold_options_free(nullptr), retold_clustering_free(nullptr), retold_comparison_free(nullptr);
  retold_index_free(nullptr), retold_matches_free(nullptr);
  CHECK(std::string(retold_version()) == retold::version);
  CHECK(retold_signature_version() == retold::signature_version);
}
