// SPDX-License-Identifier: Apache-2.0
// The steps of stories over Arrow columns, for retold.spark. What belongs to one component, article or pair of blocks comes row
// by row; whatever is complete is answered with the next call, or with finish().
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "binding.hpp"
#include "columns.hpp"
#include "retold/distribute_stories.hpp"
#include "retold/read.hpp"
#include "retold/verify.hpp"
#include "texts.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace retold::python {
namespace {

constexpr std::int64_t no_day = std::numeric_limits<std::int64_t>::min();

cluster_options options_of(const std::string& level, std::optional<double> threshold, unsigned window,
                           const std::optional<std::string>& preset, const std::optional<std::string>& shingle,
                           std::optional<unsigned> slots) {
  cluster_options out;
  out.level = level_of(level);
  apply_sketch(out, preset, shingle, slots);
  if (threshold) out.set_threshold(*threshold);
  out.stories.window_days = window;
  return out;
}

// Text, title, date, source.
class documents {
 public:
  explicit documents(nb::handle columns) : text_(columns[0]), title_(columns[1]), date_(columns[2]), source_(columns[3]) {
    rows_of(text_, title_, date_, source_);
  }
  std::size_t size() const noexcept { return text_.size(); }
  document operator[](std::size_t i) const {
    return read_fields(
        {.text = text_.views()[i], .title = title_.views()[i], .date = date_.views()[i], .source = source_.views()[i]});
  }

 private:
  texts text_, title_, date_, source_;
};

nb::tuple lines(nb::handle columns) {
  const documents all(columns);
  std::vector<std::uint64_t> titles, contents;
  lists_out<std::uint64_t> teasers, recurring, distinct;
  {
    const nb::gil_scoped_release others;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const article_lines found = lines_of(all[i]);
      titles.push_back(found.title), contents.push_back(found.content);
      teasers.add(found.teasers), recurring.add(found.recurring), distinct.add(found.distinct);
    }
  }
  return nb::make_tuple(bytes_of(titles), bytes_of(contents), teasers.bytes(), recurring.bytes(), distinct.bytes());
}

// As unsigned numbers, which engines may not have.
key_list sorted(key_list keys) {
  std::sort(keys.begin(), keys.end());
  return keys;
}

nb::tuple read(const article_reader& reader, nb::handle columns, nb::handle teaser_lists, nb::handle recurring_lists) {
  const documents all(columns);
  const number_lists<std::uint64_t> teasers(teaser_lists), recurring(recurring_lists);
  rows_of(all, teasers, recurring);
  std::vector<std::uint64_t> words;
  std::vector<std::int64_t> days, lengths;
  lists_out<std::uint64_t> near_bands, rewrite_bands, near, rewrite, sentences, terms;
  lists_out<std::int64_t> counts;
  {
    const nb::gil_scoped_release others;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const article_sketch found = reader(all[i], sorted(teasers.list(i)), sorted(recurring.list(i)));
      words.push_back(found.words.high), words.push_back(found.words.low);
      days.push_back(found.day.value_or(no_day)), lengths.push_back(found.length);
      near_bands.add(found.near_bands), rewrite_bands.add(found.rewrite_bands);
      near.add(found.near), rewrite.add(found.rewrite_bands.empty() ? shingle_set() : found.rewrite);
      sentences.add(found.sentences), terms.add(found.terms), counts.add(found.counts);
    }
  }
  return nb::make_tuple(bytes_of(words), bytes_of(days), bytes_of(lengths), near_bands.bytes(), near.bytes(),
                        rewrite_bands.bytes(), rewrite.bytes(), sentences.bytes(), terms.bytes(), counts.bytes());
}

// Rows of (key, a holder's distinct lines), sorted by key and content → the keys of lines that recur.
class line_judge {
 public:
  nb::bytes add(nb::handle keys, nb::handle lists) {
    const numbers<std::uint64_t> key(keys);
    const number_lists<std::uint64_t> distinct(lists);
    for (std::size_t i = 0; i < rows_of(key, distinct); ++i) {
      if (key[i] != key_) judge();
      key_ = key[i];
      holders_.push_back(distinct.list(i));
    }
    return bytes_of(std::exchange(found_, {}));
  }
  nb::bytes finish() {
    judge();
    return bytes_of(std::exchange(found_, {}));
  }

 private:
  void judge() {
    if (line_recurs(holders_)) found_.push_back(key_);
    holders_.clear();
  }
  std::uint64_t key_ = 0;
  std::vector<key_list> holders_;
  std::vector<std::uint64_t> found_;
};

nb::bytes jaccards(nb::handle first, nb::handle second) {
  const number_lists<std::uint64_t> a(first), b(second);
  std::vector<double> out;
  for (std::size_t i = 0; i < rows_of(a, b); ++i) out.push_back(overlap(a[i], b[i]).jaccard);
  return bytes_of(out);
}

// Rows of (bucket, article, set), sorted by the first two → (leader, article).
nb::tuple lead(bucket_leaders& leaders, nb::handle buckets, nb::handle articles, nb::handle sets) {
  const numbers<std::uint64_t> bucket(buckets);
  const numbers<std::int64_t> article(articles);
  const number_lists<std::uint64_t> set(sets);
  std::vector<std::int64_t> first, second;
  for (std::size_t i = 0; i < rows_of(bucket, article, set); ++i)
    if (const auto leader = leaders.add(bucket[i], article[i], set[i])) first.push_back(*leader), second.push_back(article[i]);
  return nb::make_tuple(bytes_of(first), bytes_of(second));
}

// What belongs together comes together, named by a number; `done` gets it when it is complete.
template <class Row>
class gathered {
 public:
  explicit gathered(std::function<void(std::int64_t, std::vector<Row>&&)> done) : done_(std::move(done)) {}
  void add(std::int64_t name, Row row) {
    if (name != name_) flush();
    name_ = name;
    rows_.push_back(std::move(row));
  }
  void flush() {
    if (!rows_.empty()) done_(name_, std::exchange(rows_, {}));
  }

 private:
  std::function<void(std::int64_t, std::vector<Row>&&)> done_;
  std::int64_t name_ = 0;
  std::vector<Row> rows_;
};

struct membership_rows {
  std::vector<std::int64_t> article, of;
  void add(const std::vector<membership>& found) {
    for (const membership& m : found) article.push_back(m.article), of.push_back(m.of);
  }
  nb::tuple take() {
    nb::tuple out = nb::make_tuple(bytes_of(article), bytes_of(of));
    article.clear(), of.clear();
    return out;
  }
};

class star_rows {
 public:
  nb::tuple add(nb::handle components, nb::handle as, nb::handle bs, nb::handle similarities) {
    const numbers<std::int64_t> component(components), a(as), b(bs);
    const numbers<double> jaccard(similarities);
    for (std::size_t i = 0; i < rows_of(component, a, b, jaccard); ++i) rows_.add(component[i], {a[i], b[i], jaccard[i]});
    return out_.take();
  }
  nb::tuple finish() {
    rows_.flush();
    return out_.take();
  }

 private:
  membership_rows out_;
  gathered<near_pair> rows_{[this](std::int64_t, std::vector<near_pair>&& pairs) { out_.add(star_component(pairs)); }};
};

class copy_rows {
 public:
  nb::tuple add(nb::handle components, nb::handle as, nb::handle bs, nb::handle cosines, nb::handle lengths_a,
                nb::handle lengths_b) {
    const numbers<std::int64_t> component(components), a(as), b(bs), of_a(lengths_a), of_b(lengths_b);
    const numbers<double> cosine(cosines);
    for (std::size_t i = 0; i < rows_of(component, a, b, cosine, of_a, of_b); ++i)
      rows_.add(component[i],
                {a[i], b[i], cosine[i], static_cast<std::uint32_t>(of_a[i]), static_cast<std::uint32_t>(of_b[i])});
    return out_.take();
  }
  nb::tuple finish() {
    rows_.flush();
    return out_.take();
  }

 private:
  membership_rows out_;
  gathered<copy_pair> rows_{[this](std::int64_t, std::vector<copy_pair>&& pairs) { out_.add(collapse_component(pairs)); }};
};

// Columns of vectors, both ways: places, values, surprises, proposing.
struct vector_lists {
  number_lists<std::int64_t> places;
  number_lists<float> values, surprises;
  number_lists<std::int64_t> proposing;
  explicit vector_lists(nb::handle of) : places(of[0]), values(of[1]), surprises(of[2]), proposing(of[3]) {
    rows_of(places, values, surprises, proposing);
  }
  std::size_t size() const noexcept { return places.size(); }
  article_vector operator[](std::size_t i) const {
    return {places.list(i), values.list(i), surprises.list(i), proposing.list(i)};
  }
};

struct vector_rows {
  std::vector<std::int64_t> article;
  lists_out<std::int64_t> places, proposing;
  lists_out<float> values, surprises;
  void add(std::int64_t of, const article_vector& v) {
    article.push_back(of);
    places.add(v.places), values.add(v.values), surprises.add(v.surprises), proposing.add(v.proposing);
  }
  nb::tuple take() {
    nb::tuple out = nb::make_tuple(bytes_of(article), places.bytes(), values.bytes(), surprises.bytes(), proposing.bytes());
    *this = {};
    return out;
  }
};

class vector_maker {
 public:
  explicit vector_maker(std::uint64_t leaders) : leaders_(leaders) {}
  nb::tuple add(nb::handle articles, nb::handle keys, nb::handle counts, nb::handle places, nb::handle holders,
                nb::handle leading) {
    const numbers<std::int64_t> article(articles), count(counts), place(places), of_all(holders), of_leaders(leading);
    const numbers<std::uint64_t> key(keys);
    const auto small = [](std::int64_t number) { return static_cast<std::uint32_t>(number); };
    for (std::size_t i = 0; i < rows_of(article, key, count, place, of_all, of_leaders); ++i)
      rows_.add(article[i], {key[i], small(count[i]), place[i], small(of_all[i]), small(of_leaders[i])});
    return out_.take();
  }
  nb::tuple finish() {
    rows_.flush();
    return out_.take();
  }

 private:
  std::uint64_t leaders_;
  vector_rows out_;
  gathered<counted_term> rows_{[this](std::int64_t article, std::vector<counted_term>&& terms) {
    out_.add(article, vector_of(std::move(terms), leaders_));
  }};
};

std::tuple<std::uint64_t, std::uint64_t, std::uint64_t> choose(
    const std::vector<std::pair<std::uint64_t, std::uint64_t>>& table, std::uint64_t leaders) {
  std::vector<number_count> counts;
  for (const auto& [number, terms] : table) counts.push_back({number, terms});
  const proposing_terms found = choose_proposing(std::move(counts), leaders);
  return {found.all, found.some, found.of_some};
}

struct pair_rows {
  std::vector<std::int64_t> a, b, may_merge;
  std::vector<double> cosine, concentration, surprise, evidence;
  void add(const std::vector<scored_articles>& found) {
    for (const scored_articles& p : found) {
      a.push_back(p.a), b.push_back(p.b), may_merge.push_back(p.may_merge);
      cosine.push_back(p.cosine), concentration.push_back(static_cast<double>(p.concentration));
      surprise.push_back(static_cast<double>(p.surprise)), evidence.push_back(p.evidence);
    }
  }
  nb::tuple take() {
    nb::tuple out = nb::make_tuple(bytes_of(a), bytes_of(b), bytes_of(cosine), bytes_of(concentration), bytes_of(surprise),
                                   bytes_of(evidence), bytes_of(may_merge));
    *this = {};
    return out;
  }
};

class block_rows {
 public:
  block_rows(cluster_options options, bool copies) : options_(std::move(options)), copies_(copies) {}
  nb::tuple add(nb::handle tasks, nb::handle articles, nb::handle days, nb::handle lengths, nb::handle seconds,
                nb::handle vectors, nb::handle sentence_lists) {
    const numbers<std::int64_t> task(tasks), article(articles), day(days), length(lengths), second(seconds);
    const vector_lists vector(vectors);
    const number_lists<std::uint64_t> sentences(sentence_lists);
    const std::size_t rows = rows_of(task, article, day, length, second, vector, sentences);
    {
      const nb::gil_scoped_release others;
      for (std::size_t i = 0; i < rows; ++i)
        rows_.add(task[i], {article[i], day[i] == no_day ? std::nullopt : std::optional(day[i]),
                            static_cast<std::uint32_t>(length[i]), second[i] != 0, vector[i], sentences.list(i)});
    }
    return out_.take();
  }
  nb::tuple finish() {
    rows_.flush();
    return out_.take();
  }

 private:
  cluster_options options_;
  bool copies_;
  pair_rows out_;
  gathered<block_article> rows_{[this](std::int64_t, std::vector<block_article>&& articles) {
    out_.add(score_blocks(std::move(articles), copies_, options_));
  }};
};

// A component's articles and its pairs; a row is one or the other.
struct story_row {
  std::optional<story_article> article;
  scored_articles pair;
};

class story_rows {
 public:
  story_rows(cluster_options options, std::uint64_t leaders) : options_(std::move(options)), leaders_(leaders) {}
  nb::tuple add_articles(nb::handle components, nb::handle articles, nb::handle lengths, nb::handle scales,
                         nb::handle vectors) {
    const numbers<std::int64_t> component(components), article(articles), length(lengths);
    const numbers<double> scale(scales);
    const vector_lists vector(vectors);
    const std::size_t rows = rows_of(component, article, length, scale, vector);
    for (std::size_t i = 0; i < rows; ++i)
      rows_.add(component[i], {story_article{article[i], static_cast<std::uint32_t>(length[i]), scale[i], vector[i]}, {}});
    return out_.take();
  }
  nb::tuple add_pairs(nb::handle components, nb::handle as, nb::handle bs, nb::handle cosines, nb::handle concentrations,
                      nb::handle surprises) {
    const numbers<std::int64_t> component(components), a(as), b(bs);
    const numbers<double> cosine(cosines), concentration(concentrations), surprise(surprises);
    const std::size_t rows = rows_of(component, a, b, cosine, concentration, surprise);
    for (std::size_t i = 0; i < rows; ++i)
      rows_.add(component[i],
                {std::nullopt,
                 {a[i], b[i], cosine[i], static_cast<float>(concentration[i]), static_cast<float>(surprise[i]), 0, false}});
    return out_.take();
  }
  nb::tuple finish() {
    {
      const nb::gil_scoped_release others;
      rows_.flush();
    }
    return out_.take();
  }

 private:
  std::vector<membership> grouped(std::vector<story_row>&& rows) const {
    std::vector<story_article> articles;
    std::vector<scored_articles> pairs;
    for (story_row& r : rows)
      if (r.article)
        articles.push_back(std::move(*r.article));
      else
        pairs.push_back(r.pair);
    rows = {};
    return group_component(std::move(articles), pairs, leaders_, options_);
  }
  cluster_options options_;
  std::uint64_t leaders_;
  membership_rows out_;
  gathered<story_row> rows_{[this](std::int64_t, std::vector<story_row>&& rows) { out_.add(grouped(std::move(rows))); }};
};

}  // namespace

void add_spark_stories(nb::module_& to) {
  nb::class_<cluster_options>(to, "StoryOptions")
      .def(
          "__init__",
          [](cluster_options* self, const std::string& level, std::optional<double> threshold, unsigned window,
             const std::optional<std::string>& preset, const std::optional<std::string>& shingle,
             std::optional<unsigned> slots) {
            new (self) cluster_options(options_of(level, threshold, window, preset, shingle, slots));
          },
          "level"_a, "threshold"_a.none(), "window"_a, "preset"_a.none(), "shingle"_a.none(), "slots"_a.none())
      .def_ro("slots", &cluster_options::slots)
      .def_ro("near_threshold", &cluster_options::near_threshold);
  to.attr("no_day") = no_day;
  to.attr("story_bucket") = story_bucket;
  to.attr("rewrite_threshold") = rewrite_threshold;
  to.attr("line_holders") = line_holders;
  to.attr("least_line_holders") = least_line_holders;
  to.attr("nearest_articles") = nearest_evidence;
  to.attr("sentence_holders") = sentence_holders;
  to.def("lines", &lines, "columns"_a);
  to.def("jaccards", &jaccards, "first"_a, "second"_a);
  to.def("choose_proposing", &choose, "counts"_a, "leaders"_a);
  nb::class_<article_reader>(to, "ArticleReader").def(nb::init<const cluster_options&>()).def("read", &read);
  nb::class_<line_judge>(to, "LineJudge").def(nb::init<>()).def("add", &line_judge::add).def("finish", &line_judge::finish);
  nb::class_<bucket_leaders>(to, "BucketLeaders").def(nb::init<double, unsigned>()).def("add", &lead);
  nb::class_<star_rows>(to, "Stars").def(nb::init<>()).def("add", &star_rows::add).def("finish", &star_rows::finish);
  nb::class_<copy_rows>(to, "Copies").def(nb::init<>()).def("add", &copy_rows::add).def("finish", &copy_rows::finish);
  nb::class_<vector_maker>(to, "Vectors")
      .def(nb::init<std::uint64_t>())
      .def("add", &vector_maker::add)
      .def("finish", &vector_maker::finish);
  nb::class_<block_rows>(to, "Blocks")
      .def(nb::init<const cluster_options&, bool>())
      .def("add", &block_rows::add)
      .def("finish", &block_rows::finish);
  nb::class_<story_rows>(to, "Stories")
      .def(nb::init<const cluster_options&, std::uint64_t>())
      .def("add_articles", &story_rows::add_articles)
      .def("add_pairs", &story_rows::add_pairs)
      .def("finish", &story_rows::finish);
}

}  // namespace retold::python
