// SPDX-License-Identifier: Apache-2.0
// The steps of dedup over Arrow columns, for retold.spark. Columns of numbers come and go as buffers.
#include <nanobind/nanobind.h>
#include <nanobind/stl/tuple.h>

#include <span>
#include <tuple>
#include <vector>

#include "binding.hpp"
#include "columns.hpp"
#include "retold/distribute.hpp"
#include "texts.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace retold::python {
namespace {

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

row_bytes columns_of(const bucket_rows& rows) { return {bytes_of(rows.first), bytes_of(rows.second), bytes_of(rows.bucket)}; }

nb::bytes compare_pairs(pair_comparer& compare, nb::handle first, nb::handle first_texts, nb::handle second,
                        nb::handle second_texts) {
  const numbers<std::int64_t> a(first), b(second);
  const texts of_a(first_texts), of_b(second_texts);
  const std::size_t rows = rows_of(a, b, of_a, of_b);
  std::vector<double> out(rows);
  {
    const nb::gil_scoped_release others;
    for (std::size_t i = 0; i < rows; ++i) out[i] = compare(a[i], of_a.views()[i], b[i], of_b.views()[i]);
  }
  return bytes_of(out);
}

// `similarity` of a row: NaN where `other` is a hot bucket, whose text counts.
void tell(group_decider& decide, nb::handle components, nb::handle records, nb::handle others, nb::handle similarities,
          nb::handle given) {
  const numbers<std::int64_t> component(components), record(records), other(others);
  const numbers<double> similarity(similarities);
  const texts all(given);
  const std::size_t rows = rows_of(component, record, other, similarity, all);
  const nb::gil_scoped_release threads;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t group = component[i], n = record[i], o = other[i];
    if (const double s = similarity[i]; s == s)
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
      .def("__init__",
           [](dedup_options* self, nb::dict told) { new (self) dedup_options(dedup_options_of(said(std::move(told)))); })
      .def_ro("threshold", &dedup_options::threshold);
  nb::class_<record_signer>(to, "RecordSigner")
      .def(nb::init<const dedup_options&>())
      .def_prop_ro("bands", &record_signer::bands)
      .def("sign", &sign, "texts"_a);
  nb::class_<bucket_reader>(to, "BucketReader")
      .def(nb::init<std::size_t>(), "most"_a)
      .def_ro_static("usual", &bucket_reader::usual)
      .def("add",
           [](bucket_reader& reader, nb::handle keys, nb::handle records) {
             const numbers<std::uint64_t> key(keys);
             const numbers<std::int64_t> record(records);
             rows_of(key, record);
             bucket_rows rows;
             reader.add(key.rows(), record.rows(), rows);
             return columns_of(rows);
           })
      .def("finish", [](bucket_reader& reader) {
        bucket_rows rows;
        reader.finish(rows);
        return columns_of(rows);
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
