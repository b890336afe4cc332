// SPDX-License-Identifier: Apache-2.0
// The steps of dedup over Arrow columns, for retold.spark. Columns of numbers come and go as buffers.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <tuple>
#include <vector>

#include "binding.hpp"
#include "retold/distribute.hpp"
#include "retold/error.hpp"
#include "texts.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace retold::python {
namespace {

// A column of 64-bit numbers without nulls, as a bytes-like object of exactly its rows.
template <class Number>
class numbers {
 public:
  explicit numbers(nb::handle from) {
    if (PyObject_GetBuffer(from.ptr(), &view_, PyBUF_SIMPLE) != 0) throw nb::python_error();
  }
  ~numbers() { PyBuffer_Release(&view_); }
  numbers(const numbers&) = delete;
  numbers& operator=(const numbers&) = delete;
  std::span<const Number> rows() const {
    return {static_cast<const Number*>(view_.buf), static_cast<std::size_t>(view_.len) / sizeof(Number)};
  }

 private:
  Py_buffer view_;
};

template <class Item>
nb::bytes bytes_of(const std::vector<Item>& items) {
  return nb::bytes(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(Item));
}

dedup_options options_of(const std::string& level, double threshold, const std::optional<std::string>& preset,
                         const std::optional<std::string>& shingle, std::optional<unsigned> slots, double recall) {
  dedup_options out{.level = level_of(level), .threshold = threshold, .recall = recall};
  apply_sketch(out, preset, shingle, slots);
  return out;
}

// Of each text the key of its words (16 bytes; zeros: no words), then the keys of all bands, text after text.
std::tuple<nb::bytes, nb::bytes> sign(record_signer& signer, nb::handle given) {
  const texts all(given);
  std::vector<std::uint64_t> words(2 * all.size()), keys(std::size_t{signer.bands()} * all.size());
  {
    const nb::gil_scoped_release others;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const text_key key = signer(all.views()[i], std::span(keys).subspan(i * signer.bands(), signer.bands()));
      words[2 * i] = key.high, words[2 * i + 1] = key.low;
    }
  }
  return {bytes_of(words), bytes_of(keys)};
}

using row_bytes = std::tuple<nb::bytes, nb::bytes, nb::bytes>;

row_bytes take_rows(bucket_rows& rows) {
  row_bytes out{bytes_of(rows.first), bytes_of(rows.second), bytes_of(rows.bucket)};
  rows = {};
  return out;
}

nb::bytes compare_pairs(pair_comparer& compare, nb::handle first, nb::handle first_texts, nb::handle second,
                        nb::handle second_texts) {
  const numbers<std::int64_t> a(first), b(second);
  const texts of_a(first_texts), of_b(second_texts);
  const std::size_t rows = a.rows().size();
  if (b.rows().size() != rows || of_a.size() != rows || of_b.size() != rows)
    throw error(error_kind::option, "the columns are not equally long");
  std::vector<double> out(rows);
  {
    const nb::gil_scoped_release others;
    for (std::size_t i = 0; i < rows; ++i) out[i] = compare(a.rows()[i], of_a.views()[i], b.rows()[i], of_b.views()[i]);
  }
  return bytes_of(out);
}

// `similarity` of a row: NaN where `other` is a hot bucket, whose text counts.
void tell(group_decider& decide, nb::handle components, nb::handle records, nb::handle others, nb::handle similarities,
          nb::handle given) {
  const numbers<std::int64_t> component(components), record(records), other(others);
  const numbers<double> similarity(similarities);
  const texts all(given);
  const std::size_t rows = component.rows().size();
  if (record.rows().size() != rows || other.rows().size() != rows || similarity.rows().size() != rows || all.size() != rows)
    throw error(error_kind::option, "the columns are not equally long");
  const nb::gil_scoped_release threads;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t group = component.rows()[i], n = record.rows()[i], o = other.rows()[i];
    if (const double s = similarity.rows()[i]; s == s)
      decide.pair(group, n, o, s);
    else
      decide.member(group, n, static_cast<std::uint64_t>(o), all.views()[i]);
  }
}

row_bytes take_joined(group_decider& from) {
  std::vector<std::int64_t> record, of;
  std::vector<double> similarity;
  for (const joined_record& j : from.take()) record.push_back(j.record), of.push_back(j.of), similarity.push_back(j.similarity);
  return {bytes_of(record), bytes_of(of), bytes_of(similarity)};
}

}  // namespace

void add_spark(nb::module_& to) {
  nb::class_<dedup_options>(to, "DedupOptions")
      .def(
          "__init__",
          [](dedup_options* self, const std::string& level, double threshold, const std::optional<std::string>& preset,
             const std::optional<std::string>& shingle, std::optional<unsigned> slots,
             double recall) { new (self) dedup_options(options_of(level, threshold, preset, shingle, slots, recall)); },
          "level"_a, "threshold"_a, "preset"_a.none(), "shingle"_a.none(), "slots"_a.none(), "recall"_a);
  nb::class_<record_signer>(to, "RecordSigner")
      .def(nb::init<const dedup_options&>())
      .def_prop_ro("bands", &record_signer::bands)
      .def("sign", &sign, "texts"_a);
  struct reading {
    bucket_reader reader;
    bucket_rows rows;
  };
  nb::class_<reading>(to, "BucketReader")
      .def(nb::init<>())
      .def("add",
           [](reading& r, nb::handle keys, nb::handle records) {
             const numbers<std::uint64_t> key(keys);
             const numbers<std::int64_t> record(records);
             if (key.rows().size() != record.rows().size()) throw error(error_kind::option, "the columns are not equally long");
             r.reader.add(key.rows(), record.rows(), r.rows);
             return take_rows(r.rows);
           })
      .def("finish", [](reading& r) {
        r.reader.finish(r.rows);
        return take_rows(r.rows);
      });
  nb::class_<pair_comparer>(to, "PairComparer")
      .def("__init__", [](pair_comparer* self, const dedup_options& o) { new (self) pair_comparer(o.shingle); })
      .def("compare", &compare_pairs);
  nb::class_<group_decider>(to, "GroupDecider")
      .def(nb::init<const dedup_options&>())
      .def("tell", &tell)
      .def("finish", &group_decider::finish)
      .def("take", &take_joined);
}

}  // namespace retold::python
