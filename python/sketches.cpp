// SPDX-License-Identifier: Apache-2.0
// Signatures and what is made of them.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <vector>

#include "binding.hpp"
#include "retold/error.hpp"
#include "retold/lsh.hpp"
#include "retold/minhash.hpp"
#include "retold/shingle.hpp"
#include "retold/simhash.hpp"
#include "texts.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace retold::python {
namespace {

shingle_options shingle_of(const std::optional<std::string>& preset, const std::optional<std::string>& shingle) {
  cluster_options use;
  apply_sketch(use, preset, shingle, std::nullopt);
  return use.shingle;
}

std::vector<std::uint64_t> elements_of(nb::handle values) {
  const texts all(values);
  std::vector<std::uint64_t> out;
  out.reserve(all.size());
  for (const std::string_view value : all.views()) out.push_back(element(value));
  return out;
}

minhash_options options_of(unsigned slots, const std::string& scheme, std::uint64_t seed) {
  if (scheme != "fss" && scheme != "kmins") throw error(error_kind::option, "scheme '" + scheme + "' is not fss or kmins");
  return {.slots = slots, .scheme = scheme == "kmins" ? minhash_scheme::kmins : minhash_scheme::fss, .seed = seed};
}

std::vector<std::uint64_t> keys_of(const signature& from, unsigned bands, unsigned rows) {
  std::vector<std::uint64_t> out(bands);
  band_keys(from, {bands, rows}, out);
  return out;
}

fingerprint simhash_of(const std::vector<std::uint64_t>& hashes, const std::vector<double>& weights) {
  std::vector<weighted> features(hashes.size());
  for (std::size_t i = 0; i < hashes.size(); ++i) features[i] = {hashes[i], i < weights.size() ? weights[i] : 1};
  return simhash(features);
}

}  // namespace

void add_sketches(nb::module_& to) {
  nb::class_<minhasher>(to, "Minhasher")
      .def("__init__", [](minhasher* self, unsigned slots, const std::string& scheme,
                          std::uint64_t seed) { new (self) minhasher(options_of(slots, scheme, seed)); })
      .def("sign", [](const minhasher& sign, const std::vector<std::uint64_t>& elements) { return sign(elements); });
  to.def("elements", &elements_of, "values"_a);
  to.def(
      "shingles",
      [](nb::handle text, const std::optional<std::string>& preset, const std::optional<std::string>& shingle) {
        return shingles(view_of(text), shingle_of(preset, shingle));
      },
      "text"_a, "preset"_a.none(), "shingle"_a.none());
  to.def("estimate", [](const signature& a, const signature& b) { return estimate(a, b); });
  to.def("merge", [](const signature& a, const signature& b) { return merge(a, b); });
  to.def("choose_banding", [](double threshold, double recall, unsigned slots) {
    const banding found = choose_banding(threshold, recall, slots);
    return std::pair(found.bands, found.rows);
  });
  to.def("band_keys", &keys_of, "signature"_a, "bands"_a, "rows"_a);
  to.def("simhash", [](const std::vector<std::uint64_t>& hashes, const std::vector<double>& weights) {
    const fingerprint f = simhash_of(hashes, weights);
    return std::pair(f.low, f.high);
  });
}

}  // namespace retold::python
