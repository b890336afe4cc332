// SPDX-License-Identifier: Apache-2.0
#pragma once
// The slow and obvious twin of the index: everything in memory, one record after the other, each compared with all that are
// kept and share a band with it; and what stands in all tables of an index, whatever their files, to be compared with it.

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "../src/hash.hpp"
#include "../src/index_state.hpp"
#include "../src/index_bytes.hpp"
#include "../src/shingle_stream.hpp"
#include "index_source.hpp"
#include "retold/boilerplate.hpp"
#include "retold/verify.hpp"

namespace index_twin {

// Folders that are gone after the test need no disk: what is waited for is its acknowledgement.
inline const bool quick = [] {
  if (std::getenv("TMPDIR") == nullptr && access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
  return true;
}();

struct seen_text {
  std::vector<std::uint64_t> words, bands;
  std::vector<std::uint8_t> slots;
  retold::shingle_set set;
  retold::words_key key;
  bool any() const { return !words.empty(); }
};

class signer {
 public:
  explicit signer(const retold::index_options& o)
      : options_(o), sign_({.slots = o.slots}), bands_(retold::choose_banding(o.threshold, o.recall, o.slots)) {}

  const seen_text& operator()(const std::string& text) {
    const auto [at, fresh] = known_.try_emplace(text);
    seen_text& out = at->second;
    if (!fresh) return out;
    out.words = retold::shingle_list(text, {.unit = retold::shingle_unit::word, .size = 1});
    if (!out.any()) return out;
    retold::shingle_stream stream;
    out.key = retold::words_key_of(stream.words(text));
    if (options_.level == retold::level::exact) return out;
    out.set = retold::shingles(text, options_.shingle);
    const retold::signature full = sign_(out.set);
    out.slots = retold::compact(full);
    out.bands.resize(bands_.bands);
    retold::band_keys(full, bands_, out.bands);
    return out;
  }

 private:
  retold::index_options options_;
  retold::minhasher sign_;
  retold::banding bands_;
  std::unordered_map<std::string, seen_text> known_;
};

struct kept {
  std::uint64_t number = 0;
  std::uint32_t scope = 0;
  record is;
  std::int64_t arrived = 0;
  const seen_text* text = nullptr;

  // At level story.
  retold::story_writes told = {};
  std::uint64_t like = 0;
  float cosine = 0;
  std::string name() const { return is.id.empty() ? '#' + std::to_string(number) : is.id; }
};

struct said {
  std::uint32_t scope = 0;
  std::string id;
  const seen_text* text = nullptr;
  std::uint64_t number = 0;
};

class twin {
 public:
  explicit twin(const retold::index_options& o) : options(o), sign(std::make_shared<signer>(o)) {}

  retold::index_options options;
  std::shared_ptr<signer> sign;  // shared by copies
  std::vector<std::string> scopes;
  std::map<std::uint64_t, kept> documents;  // living ones
  std::vector<said> sayings;
  struct told_story {
    std::string opener;
    retold::story_members is;
  };
  std::map<std::pair<std::uint64_t, std::uint32_t>, told_story> stories;  // by story and scope
  std::uint64_t next_number = 1;
  std::int64_t last_arrival = 0;

  std::vector<retold::index_verdict> add(const std::vector<record>& records, const retold::index_scopes& where = {},
                                         std::int64_t now = 0) {
    if (std::find(scopes.begin(), scopes.end(), where.into) == scopes.end()) scopes.push_back(where.into);
    now = std::max(now, last_arrival);
    std::vector<retold::index_verdict> out;
    for (const record& r : records) out.push_back(add_one(r, where, now));
    return out;
  }

  std::vector<retold::index_match> query(const std::string& text, const std::vector<std::string>& where = {}) {
    std::vector<retold::index_match> out;
    if (tells_stories() && scopes.empty()) return out;
    const seen_text& is = (*sign)(text);
    if (!is.any()) return out;
    for (const auto& [number, k] : documents) {
      if (!within(where, k.scope)) continue;
      const bool same = k.text->words == is.words;
      const double similarity = same ? 1 : proposed(is, *k.text) ? alike(is, *k.text) : -1;
      if (same || similarity >= options.threshold)
        out.push_back(match(k, same ? retold::index_status::exact : retold::index_status::near, similarity));
    }
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.similarity > b.similarity; });
    if (!tells_stories() || !out.empty()) return out;
    const auto features = features_of({"", text});
    const auto told = retold::decide_story({features, next_number, last_arrival}, reader(where),
                                           {options.window_days, {.cut = options.story_threshold}});
    if (told.story == next_number) return out;
    out.push_back(match(documents.at(*told.like), retold::index_status::story, static_cast<float>(told.cosine)));
    return out;
  }

  std::vector<retold::index_match> find(const std::string& id, const std::vector<std::string>& where = {}) const {
    std::vector<retold::index_match> out;
    const auto put = [&](const kept& k, retold::index_status status) {
      for (const auto& m : out)
        if (m.number == k.number) return;
      out.push_back(match(k, status, status == retold::index_status::near ? 0 : 1));
    };
    for (const auto& [number, k] : documents)
      if (k.is.id.empty() && k.name() == id && within(where, k.scope)) put(k, retold::index_status::fresh);
    for (std::uint32_t scope = 0; scope < scopes.size(); ++scope) {
      if (!within(where, scope)) continue;
      for (const auto& [number, k] : documents)
        if (k.scope == scope && k.is.id == id && !id.empty()) put(k, retold::index_status::fresh);
      for (const said& s : sayings)
        if (s.scope == scope && s.id == id && documents.count(s.number) != 0) {
          const kept& k = documents.at(s.number);
          put(k, k.text->words == s.text->words ? retold::index_status::exact : retold::index_status::near);
        }
    }
    return out;
  }

  std::uint64_t remove(const std::vector<std::string>& ids, const std::vector<std::string>& where = {},
                       std::uint64_t most = ~0ull) {
    return remove_if(most, [&](const kept& k) {
      return within(where, k.scope) && std::find(ids.begin(), ids.end(), k.name()) != ids.end();
    });
  }

  std::uint64_t expire(std::int64_t before, const std::vector<std::string>& where = {}, std::uint64_t most = ~0ull) {
    return remove_if(most, [&](const kept& k) { return within(where, k.scope) && k.is.date.value_or(k.arrived) < before; });
  }

  void compact() {}

  bool lives(std::uint64_t number) const { return number == 0 || documents.count(number) != 0; }

 private:
  bool tells_stories() const { return options.level == retold::level::story; }

  std::uint64_t remove_if(std::uint64_t most, const auto& wanted) {
    std::uint64_t count = 0;
    for (auto at = documents.begin(); at != documents.end() && count < most;) {
      if (!wanted(at->second)) {
        ++at;
        continue;
      }
      if (tells_stories()) {
        const auto of = stories.find({at->second.told.story, at->second.scope});
        std::erase(of->second.is.members, at->first);
        if (--of->second.is.size == 0) stories.erase(of);
      }
      at = documents.erase(at), ++count;
    }
    return count;
  }

  static retold::story_features features_of(const record& r) {
    retold::document d;
    d.text = r.text, d.title = r.title;
    std::vector<retold::article> one{retold::prepare(d)};
    retold::mark_boilerplate(one);
    return retold::features_of(one.front());
  }

  // What the story rule reads, of the living documents of some scopes, by going through all of them.
  retold::story_reader reader(const std::vector<std::string>& where) const {
    retold::story_reader out;
    const auto each = [this, where](const auto& visit) {
      for (const auto& [number, k] : documents)
        if (within(where, k.scope)) visit(number, k);
    };
    out.frequencies = [each](std::uint64_t generation, auto terms, auto counts) {
      each([&](std::uint64_t number, const kept& k) {
        if (retold::story_generation(number) != generation) return;
        const std::set<std::uint32_t> counted(k.told.counted.begin(), k.told.counted.end());
        for (std::size_t i = 0; i < terms.size(); ++i) counts[i] += counted.count(terms[i]);
      });
    };
    out.postings = [each](auto terms, std::size_t most, auto found) {
      for (std::size_t i = 0; i < terms.size(); ++i) {
        each([&](std::uint64_t number, const kept& k) {
          if (std::find(k.told.posted.begin(), k.told.posted.end(), terms[i]) != k.told.posted.end())
            found[i].push_back(number);
        });
        if (found[i].size() > most) found[i].erase(found[i].begin(), found[i].end() - static_cast<std::ptrdiff_t>(most));
      }
    };
    out.articles = [each](auto numbers, auto records) {
      for (std::size_t i = 0; i < numbers.size(); ++i)
        each([&](std::uint64_t number, const kept& k) {
          if (number == numbers[i]) records[i] = k.told.article;
        });
    };
    out.stories = [this, where](auto numbers, auto members) {
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        std::set<std::uint64_t> all;
        for (const auto& [place, story] : stories)
          if (place.first == numbers[i] && within(where, place.second))
            all.insert(story.is.members.begin(), story.is.members.end());
        while (all.size() > 32) all.erase(all.begin());
        members[i].assign(all.begin(), all.end());
      }
    };
    return out;
  }

  std::string opener(const kept& of) const { return stories.at({of.told.story, of.scope}).opener; }

  void tell_story(kept& k, const std::vector<std::string>& where, std::int64_t now) {
    const auto features = features_of(k.is);
    const auto told = retold::decide_story({features, k.number, k.is.date.value_or(now)}, reader(where),
                                           {options.window_days, {.cut = options.story_threshold}});
    k.told = told.writes;
    if (told.story != k.number) k.like = *told.like, k.cosine = static_cast<float>(told.cosine);
    told_story& story = stories[{told.story, k.scope}];
    story.opener = k.like == 0 ? k.name() : opener(documents.at(k.like));
    ++story.is.size;
    if (told.writes.member) story.is.members.push_back(k.number);
    if (story.is.members.size() > 32) story.is.members.erase(story.is.members.begin());
  }

  // What is said of a document of its own.
  void name_story(const kept& k, retold::index_verdict& out) const {
    out.story = opener(k);
    if (out.status != retold::index_status::fresh || k.like == 0) return;
    out.status = retold::index_status::story;
    out.similarity = k.cosine;
    out.of = documents.count(k.like) != 0 ? documents.at(k.like).name() : out.story;
  }

  bool within(const std::vector<std::string>& names, std::uint32_t scope) const {
    return names.empty() || std::find(names.begin(), names.end(), scopes[scope]) != names.end();
  }

  retold::index_match match(const kept& k, retold::index_status status, double similarity) const {
    return {k.name(), scopes[k.scope], k.number, status, similarity, k.arrived, k.is.date, tells_stories() ? opener(k) : ""};
  }

  static bool proposed(const seen_text& a, const seen_text& b) {
    for (std::size_t i = 0; i < a.bands.size(); ++i)
      if (a.bands[i] == b.bands[i]) return true;
    return false;
  }

  double alike(const seen_text& a, const seen_text& b) const {
    if (options.store_text) return retold::overlap(a.set, b.set).jaccard;
    return retold::estimate(std::span<const std::uint8_t>(a.slots), std::span<const std::uint8_t>(b.slots));
  }

  retold::index_verdict add_one(const record& r, const retold::index_scopes& where, std::int64_t now) {
    const seen_text& is = (*sign)(r.text);
    const auto into = static_cast<std::uint32_t>(std::find(scopes.begin(), scopes.end(), where.into) - scopes.begin());
    const kept *own = nullptr, *copy = nullptr, *near = nullptr;
    double similarity = 1;
    bool said_it = false, known_id = false;
    for (const auto& [number, k] : documents) {
      if (!r.id.empty() && k.scope == into && k.is.id == r.id) {
        known_id = true;
        if (k.text->words == is.words) own = &k, said_it = true;
      }
      const bool here = k.scope == into || where.search_all ||
                        std::find(where.search.begin(), where.search.end(), scopes[k.scope]) != where.search.end();
      if (!here || !is.any()) continue;
      if (copy == nullptr && k.text->words == is.words) copy = &k;
      if (near == nullptr && proposed(is, *k.text) && alike(is, *k.text) >= options.threshold)
        near = &k, similarity = alike(is, *k.text);
    }
    for (const said& s : sayings) {
      if (r.id.empty() || s.scope != into || s.id != r.id || !lives(s.number)) continue;
      known_id = true;
      said_it = said_it || s.text->words == is.words;
    }
    retold::index_verdict out;
    const kept* of = own != nullptr ? own : copy != nullptr ? copy : near;
    out.changed_id = known_id && !said_it;
    out.repeated = said_it && (of != nullptr || !is.any());
    if (of != nullptr) {
      out.status = own != nullptr    ? retold::index_status::fresh
                   : copy != nullptr ? retold::index_status::exact
                                     : retold::index_status::near;
      out.number = of->number, out.of = of->name();
      if (own == nullptr && copy == nullptr) out.similarity = similarity;
      if (tells_stories()) name_story(*of, out);
    }
    const bool is_new = of == nullptr && is.any();
    if (is_new) {
      kept k{next_number++, into, r, now, &is};
      out.number = k.number, out.of = k.name();
      if (tells_stories()) {
        std::vector<std::string> searched = where.search;
        searched.push_back(where.into);
        tell_story(k, where.search_all ? std::vector<std::string>{} : searched, now);
        name_story(k, out);
      }
      documents.emplace(k.number, std::move(k));
      last_arrival = now;
    } else if (!r.id.empty() && !out.repeated) {
      ++next_number;
      sayings.push_back({into, r.id, &is, out.number});
      last_arrival = now;
    }
    if (out.of.empty()) out.of = r.id;
    return out;
  }
};

// ---- What there is in either, as text that can be compared. ----

struct everything {
  std::vector<std::string> documents;                             // by number
  std::vector<std::string> sayings;                               // sorted
  std::vector<std::pair<std::uint64_t, std::uint64_t>> postings;  // of living documents, sorted
  std::map<std::uint64_t, std::string> texts;
  std::vector<std::string> stories;  // all four tables of them
  std::vector<std::string> scopes;
  std::uint64_t next_number = 0;
  std::int64_t last_arrival = 0;
  friend bool operator==(const everything&, const everything&) = default;
};

inline std::string line_of(std::uint64_t number, const retold::index_record& r) {
  return std::to_string(number) + ' ' + retold::write_record(r);
}
inline std::string line_of(std::uint32_t scope, std::uint64_t id_hash, std::uint32_t content, std::uint64_t number) {
  return std::to_string(scope) + ' ' + std::to_string(id_hash) + ' ' + std::to_string(content) + ' ' + std::to_string(number);
}

inline std::string line_of(retold::table in, std::string_view key, std::string_view value) {
  return std::string(retold::name_of(in)) + ' ' + std::string(key) + ' ' + std::string(value);
}

// By hand, from docs/format.md.
inline void put_stories(const twin& from, std::vector<std::string>& out) {
  using retold::table;
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [number, k] : from.documents) {
    for (const std::uint32_t term : k.told.counted) ++counts[retold::frequency_key(number >> 20, k.scope, term)];
    for (const std::uint32_t term : k.told.posted)
      out.push_back(line_of(table::terms, retold::term_key(k.scope, term, number), ""));
    std::string head;
    retold::put_number(head, k.scope), retold::put_number(head, k.like), retold::put_float(head, k.cosine);
    out.push_back(line_of(table::articles, retold::number_key(number), head + k.told.article));
  }
  for (const auto& [key, count] : counts) {
    std::string value;
    retold::put_number(value, count);
    out.push_back(line_of(table::frequencies, key, value));
  }
  for (const auto& [place, story] : from.stories) {
    std::string key = retold::number_key(place.first), value;
    retold::put_big(key, place.second, 2);
    retold::put_number(value, story.opener.size());
    out.push_back(line_of(table::stories, key, value + story.opener + to_bytes(story.is)));
  }
  std::sort(out.begin(), out.end());
}

inline everything everything_of(const twin& from) {
  using retold::posting_key;
  using retold::posting_kind;
  everything out;
  for (const auto& [number, k] : from.documents) {
    retold::index_record r{k.scope, k.arrived, k.is.date, 0, k.text->key, k.is.id, k.text->slots};
    if (from.options.store_text) r.set_size = k.text->set.size(), out.texts[number] = k.is.text;
    out.documents.push_back(line_of(number, r));
    out.postings.emplace_back(posting_key(posting_kind::words, k.scope, k.text->key.high), number);
    for (const std::uint64_t band : k.text->bands)
      out.postings.emplace_back(posting_key(posting_kind::band, k.scope, band), number);
    if (!k.is.id.empty())
      out.postings.emplace_back(posting_key(posting_kind::id, k.scope, retold::hash_bytes(k.is.id)), number);
  }
  for (const said& s : from.sayings)
    if (from.lives(s.number)) out.sayings.push_back(line_of(s.scope, retold::hash_bytes(s.id), s.text->key.low, s.number));
  std::sort(out.sayings.begin(), out.sayings.end());
  std::sort(out.postings.begin(), out.postings.end());
  if (from.options.level == retold::level::story) put_stories(from, out.stories);
  out.scopes = from.scopes, out.next_number = from.next_number, out.last_arrival = from.last_arrival;
  return out;
}

// `swept`: all there is, not what leads to living documents alone: after compact() it is the same.
inline everything everything_of(const retold::index& from, bool swept = false) {
  using namespace retold;
  const index::state& in = from.parts();
  everything out;
  std::set<std::uint64_t> live{0};
  const auto every = [&](table which, const auto& visit) {
    in.store.each(which, {}, [&](std::string_view key, std::string_view value) {
      visit(key, value);
      return true;
    });
  };
  every(table::documents, [&](std::string_view key, std::string_view value) {
    const auto number = read_number_key(key);
    const auto record = read_record(value, in.plan.slots());
    REQUIRE((number && record));
    live.insert(*number);
    out.documents.push_back(line_of(*number, *record));
  });
  for (const index_recent::kept& k : in.recent.documents()) {
    CHECK(live.insert(k.number).second);
    out.documents.push_back(line_of(k.number, k.record));
    for (const std::uint64_t key : k.keys) out.postings.emplace_back(key, k.number);
  }
  const auto put = [&](std::uint32_t scope, std::uint64_t id_hash, const id_entry& e) {
    if (swept || live.count(e.number) != 0) out.sayings.push_back(line_of(scope, id_hash, e.content, e.number));
  };
  every(table::ids, [&](std::string_view key, std::string_view value) {
    const auto entries = read_id_entries(value);
    REQUIRE((entries && key.size() == 10));
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(key[i]); };
    for (const id_entry& e : *entries)
      put(static_cast<std::uint32_t>(byte(0) << 8 | byte(1)), *read_number_key(key.substr(2)), e);
  });
  for (const index_recent::said& s : in.recent.ids()) put(s.scope, s.id_hash, s.entry);
  std::sort(out.sayings.begin(), out.sayings.end());
  for (const posting_run& run : *in.runs())
    for (index_store::walk at(in.store, table::postings, number_key(run.id)); at.valid(); at.next()) {
      if (at.key().substr(0, 8) != number_key(run.id)) break;
      const auto chunk = *read_number_key(std::string(4, '\0').append(at.key().substr(8)));
      REQUIRE(each_in_chunk(run, chunk, at.value(), [&](const posting& p) {
        if (swept || live.count(p.number) != 0) out.postings.emplace_back(p.key, p.number);
      }));
    }
  std::sort(out.postings.begin(), out.postings.end());
  every(table::texts, [&](std::string_view key, std::string_view text) { out.texts[*read_number_key(key)] = text; });
  std::map<std::pair<table, std::string>, std::string> stories;
  for (const table which : {table::frequencies, table::terms, table::articles, table::stories})
    every(which, [&](std::string_view key, std::string_view value) { stories[{which, std::string(key)}] = value; });
  in.told.each_frequency([&](auto key, auto value) { stories[{table::frequencies, std::string(key)}] = value; });
  in.told.each_posting([&](auto key, auto value) {
    CHECK(stories.try_emplace({table::terms, std::string(key)}, value).second);
  });
  for (const auto& [at, value] : stories) out.stories.push_back(line_of(at.first, at.second, value));
  std::sort(out.stories.begin(), out.stories.end());
  out.scopes = in.scope_names();
  out.next_number = in.next_number, out.last_arrival = in.last_arrival;
  return out;
}

// Where they differ, in words; empty: nowhere.
inline std::string difference(const everything& a, const everything& b) {
  std::string out;
  const auto sizes = [&](const char* what, auto x, auto y) {
    out += std::string(what) + ": " + std::to_string(x) + ", " + std::to_string(y) + "; ";
  };
  if (a.documents != b.documents) sizes("documents", a.documents.size(), b.documents.size());
  if (a.sayings != b.sayings) sizes("sayings", a.sayings.size(), b.sayings.size());
  if (a.postings != b.postings) sizes("postings", a.postings.size(), b.postings.size());
  if (a.texts != b.texts) sizes("texts", a.texts.size(), b.texts.size());
  if (a.stories != b.stories) sizes("stories", a.stories.size(), b.stories.size());
  if (a.scopes != b.scopes) sizes("scopes", a.scopes.size(), b.scopes.size());
  if (a.next_number != b.next_number) sizes("next number", a.next_number, b.next_number);
  if (a.last_arrival != b.last_arrival) sizes("last arrival", a.last_arrival, b.last_arrival);
  return out;
}

inline std::string shown(const retold::index_verdict& v) {
  return std::to_string(static_cast<int>(v.status)) + ' ' + std::to_string(v.number) + ' ' + v.of + ' ' +
         std::to_string(v.similarity) + ' ' + v.story + (v.repeated ? " repeated" : "") + (v.changed_id ? " changed" : "");
}
inline std::string shown(const retold::index_match& m) {
  return m.id + " in " + m.scope + ' ' + std::to_string(m.number) + ' ' + std::to_string(static_cast<int>(m.status)) + ' ' +
         std::to_string(m.similarity) + ' ' + m.story + ' ' + std::to_string(m.arrived) +
         (m.date ? ' ' + std::to_string(*m.date) : "");
}
template <class T>
std::vector<std::string> shown(const std::vector<T>& all) {
  std::vector<std::string> out;
  for (const T& each : all) out.push_back(shown(each));
  return out;
}
inline std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

}  // namespace index_twin
