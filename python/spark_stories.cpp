// SPDX-License-Identifier: Apache-2.0
// The steps of stories over Arrow columns, for retold.spark. What belongs to one component, article or pair of blocks comes row
// by row; whatever is complete is answered with the next call, or with finish().
#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <span>
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

nb::bytes jaccards(nb::handle first, nb::handle second) {
  const number_lists<std::uint64_t> a(first), b(second);
  std::vector<double> out;
  const std::size_t rows = rows_of(a, b);
  for (std::size_t i = 0; i < rows; ++i) out.push_back(overlap(a[i], b[i]).jaccard);
  return bytes_of(out);
}

// Rows of (bucket, article, set), sorted by the first two → (leader, article).
nb::tuple lead(bucket_leaders& leaders, nb::handle buckets, nb::handle articles, nb::handle sets) {
  const numbers<std::uint64_t> bucket(buckets);
  const numbers<std::int64_t> article(articles);
  const number_lists<std::uint64_t> set(sets);
  std::vector<std::int64_t> first, second;
  const std::size_t rows = rows_of(bucket, article, set);
  for (std::size_t i = 0; i < rows; ++i)
    if (const auto leader = leaders.add(bucket[i], article[i], set[i])) first.push_back(*leader), second.push_back(article[i]);
  return nb::make_tuple(bytes_of(first), bytes_of(second));
}

std::uint32_t small(std::int64_t number) { return static_cast<std::uint32_t>(number); }

// What belongs together comes together, named by a number; when it is complete `solve` says what to answer with.
template <class Row, class Out>
class by_number {
 public:
  using solver = std::function<void(std::int64_t name, std::vector<Row>&& rows, Out& out)>;
  explicit by_number(solver solve) : solve_(std::move(solve)) {}

  // `row(i)` is that of names[i].
  template <class Make>
  auto add(std::span<const std::int64_t> names, const Make& row) {
    {
      const nb::gil_scoped_release others;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] != name_) flush();
        name_ = names[i];
        rows_.push_back(row(i));
      }
    }
    return out_.take();
  }
  auto finish() {
    {
      const nb::gil_scoped_release others;
      flush();
    }
    return out_.take();
  }

 private:
  void flush() {
    if (!rows_.empty()) solve_(name_, std::exchange(rows_, {}), out_);
  }
  solver solve_;
  std::int64_t name_ = 0;
  std::vector<Row> rows_;
  Out out_;
};

struct key_rows {
  std::vector<std::int64_t> key;
  nb::bytes take() { return bytes_of(std::exchange(key, {})); }
};

struct membership_rows {
  std::vector<std::int64_t> article, of;
  void add(const std::vector<membership>& found) {
    for (const membership& m : found) article.push_back(m.article), of.push_back(m.of);
  }
  nb::tuple take() { return nb::make_tuple(bytes_of(std::exchange(article, {})), bytes_of(std::exchange(of, {}))); }
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
    const vector_rows now = std::exchange(*this, {});
    return nb::make_tuple(bytes_of(now.article), now.places.bytes(), now.values.bytes(), now.surprises.bytes(),
                          now.proposing.bytes());
  }
};

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
    const pair_rows now = std::exchange(*this, {});
    return nb::make_tuple(bytes_of(now.a), bytes_of(now.b), bytes_of(now.cosine), bytes_of(now.concentration),
                          bytes_of(now.surprise), bytes_of(now.evidence), bytes_of(now.may_merge));
  }
};

// Columns of vectors: places, values, surprises, proposing.
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

// Lines that recur: a line's holders, by their content, as the distinct lines of each → its key.
using line_judge = by_number<key_list, key_rows>;

void make_line_judge(line_judge* self) {
  new (self) line_judge([](std::int64_t key, std::vector<key_list>&& holders, key_rows& out) {
    if (line_recurs(holders)) out.key.push_back(key);
  });
}

nb::bytes add_holders(line_judge& to, nb::handle keys, nb::handle lists) {
  const numbers<std::int64_t> key(keys);
  const number_lists<std::uint64_t> distinct(lists);
  rows_of(key, distinct);
  return to.add(key.rows(), [&](std::size_t i) { return distinct.list(i); });
}

using star_rows = by_number<near_pair, membership_rows>;

void make_stars(star_rows* self) {
  new (self)
      star_rows([](std::int64_t, std::vector<near_pair>&& pairs, membership_rows& out) { out.add(star_component(pairs)); });
}

nb::tuple add_near(star_rows& to, nb::handle components, nb::handle as, nb::handle bs, nb::handle similarities) {
  const numbers<std::int64_t> component(components), a(as), b(bs);
  const numbers<double> jaccard(similarities);
  rows_of(component, a, b, jaccard);
  return to.add(component.rows(), [&](std::size_t i) { return near_pair{a[i], b[i], jaccard[i]}; });
}

using copy_rows = by_number<copy_pair, membership_rows>;

void make_copies(copy_rows* self) {
  new (self)
      copy_rows([](std::int64_t, std::vector<copy_pair>&& pairs, membership_rows& out) { out.add(collapse_component(pairs)); });
}

nb::tuple add_copies(copy_rows& to, nb::handle components, nb::handle as, nb::handle bs, nb::handle cosines,
                     nb::handle lengths_a, nb::handle lengths_b) {
  const numbers<std::int64_t> component(components), a(as), b(bs), of_a(lengths_a), of_b(lengths_b);
  const numbers<double> cosine(cosines);
  rows_of(component, a, b, cosine, of_a, of_b);
  return to.add(component.rows(), [&](std::size_t i) {
    return copy_pair{a[i], b[i], cosine[i], small(of_a[i]), small(of_b[i])};
  });
}

using vector_maker = by_number<counted_term, vector_rows>;

void make_vectors(vector_maker* self, std::uint64_t leaders) {
  new (self) vector_maker([leaders](std::int64_t article, std::vector<counted_term>&& terms, vector_rows& out) {
    out.add(article, vector_of(std::move(terms), leaders));
  });
}

nb::tuple add_terms(vector_maker& to, nb::handle articles, nb::handle keys, nb::handle counts, nb::handle places,
                    nb::handle holders, nb::handle leading) {
  const numbers<std::int64_t> article(articles), count(counts), place(places), of_all(holders), of_leaders(leading);
  const numbers<std::uint64_t> key(keys);
  rows_of(article, key, count, place, of_all, of_leaders);
  return to.add(article.rows(), [&](std::size_t i) {
    return counted_term{key[i], small(count[i]), place[i], small(of_all[i]), small(of_leaders[i])};
  });
}

std::tuple<std::uint64_t, std::uint64_t, std::uint64_t> choose(
    const std::vector<std::pair<std::uint64_t, std::uint64_t>>& table, std::uint64_t leaders) {
  std::vector<number_count> counts;
  for (const auto& [number, terms] : table) counts.push_back({number, terms});
  const proposing_terms found = choose_proposing(std::move(counts), leaders);
  return {found.all, found.some, found.of_some};
}

using block_rows = by_number<block_article, pair_rows>;

void make_blocks(block_rows* self, const cluster_options& options, bool copies) {
  new (self) block_rows([=](std::int64_t, std::vector<block_article>&& articles, pair_rows& out) {
    out.add(score_blocks(std::move(articles), copies, options));
  });
}

nb::tuple add_blocks(block_rows& to, nb::handle tasks, nb::handle articles, nb::handle days, nb::handle lengths,
                     nb::handle seconds, nb::handle vectors, nb::handle sentence_lists) {
  const numbers<std::int64_t> task(tasks), article(articles), day(days), length(lengths), second(seconds);
  const vector_lists vector(vectors);
  const number_lists<std::uint64_t> sentences(sentence_lists);
  rows_of(task, article, day, length, second, vector, sentences);
  return to.add(task.rows(), [&](std::size_t i) {
    const auto dated = day[i] == no_day ? std::nullopt : std::optional(day[i]);
    return block_article{article[i], dated, small(length[i]), second[i] != 0, vector[i], sentences.list(i)};
  });
}

// A component's articles and its pairs; a row is one or the other.
struct story_row {
  std::optional<story_article> article;
  scored_articles pair;
};

// Remembers how many leaders there are: an article's scale depends on it.
struct story_rows : by_number<story_row, membership_rows> {
  story_rows(const cluster_options& options, std::uint64_t all)
      : by_number([=](std::int64_t, std::vector<story_row>&& rows, membership_rows& out) {
          std::vector<story_article> articles;
          std::vector<scored_articles> pairs;
          for (story_row& r : rows)
            if (r.article)
              articles.push_back(std::move(*r.article));
            else
              pairs.push_back(r.pair);
          rows = {};
          out.add(group_component(std::move(articles), pairs, all, options));
        }),
        leaders(all) {}
  std::uint64_t leaders;
};

nb::tuple add_articles(story_rows& to, nb::handle components, nb::handle articles, nb::handle lengths, nb::handle best,
                       nb::handle vectors) {
  const numbers<std::int64_t> component(components), article(articles), length(lengths);
  const number_lists<double> evidence(best);
  const vector_lists vector(vectors);
  rows_of(component, article, length, evidence, vector);
  return to.add(component.rows(), [&](std::size_t i) {
    return story_row{story_article{article[i], small(length[i]), scale_of(evidence[i], to.leaders), vector[i]}, {}};
  });
}

nb::tuple add_pairs(story_rows& to, nb::handle components, nb::handle as, nb::handle bs, nb::handle cosines,
                    nb::handle concentrations, nb::handle surprises) {
  const numbers<std::int64_t> component(components), a(as), b(bs);
  const numbers<double> cosine(cosines), concentration(concentrations), surprise(surprises);
  rows_of(component, a, b, cosine, concentration, surprise);
  return to.add(component.rows(), [&](std::size_t i) {
    const auto less = [](double number) { return static_cast<float>(number); };
    return story_row{std::nullopt, {a[i], b[i], cosine[i], less(concentration[i]), less(surprise[i]), 0, false}};
  });
}

}  // namespace

void add_spark_stories(nb::module_& to) {
  nb::class_<cluster_options>(to, "StoryOptions")
      .def("__init__",
           [](cluster_options* self, nb::dict told) { new (self) cluster_options(cluster_options_of(said(std::move(told)))); })
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
  nb::class_<bucket_leaders>(to, "BucketLeaders").def(nb::init<double, unsigned>()).def("add", &lead);
  nb::class_<line_judge>(to, "LineJudge")
      .def("__init__", &make_line_judge)
      .def("add", &add_holders)
      .def("finish", &line_judge::finish);
  nb::class_<star_rows>(to, "Stars").def("__init__", &make_stars).def("add", &add_near).def("finish", &star_rows::finish);
  nb::class_<copy_rows>(to, "Copies").def("__init__", &make_copies).def("add", &add_copies).def("finish", &copy_rows::finish);
  nb::class_<vector_maker>(to, "Vectors")
      .def("__init__", &make_vectors)
      .def("add", &add_terms)
      .def("finish", &vector_maker::finish);
  nb::class_<block_rows>(to, "Blocks").def("__init__", &make_blocks).def("add", &add_blocks).def("finish", &block_rows::finish);
  nb::class_<story_rows>(to, "Stories")
      .def(nb::init<const cluster_options&, std::uint64_t>())
      .def("add_articles", &add_articles)
      .def("add_pairs", &add_pairs)
      .def("finish", [](story_rows& of) { return of.finish(); });
}

}  // namespace retold::python
