// SPDX-License-Identifier: Apache-2.0
// Signatures and what is made of them.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstring>
#include <utility>
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

// So many elements, or bytes of text, are worth letting other threads run meanwhile.
constexpr std::size_t worth_a_release = 1 << 12;

template <class Work>
auto in_peace(std::size_t size, const Work& work) {
  if (size < worth_a_release) return work();
  const nb::gil_scoped_release others;
  return work();
}

shingle_options shingle_of(const std::optional<std::string>& preset, const std::optional<std::string>& shingle) {
  cluster_options use;
  apply_sketch(use, preset, shingle);
  return use.shingle;
}

std::vector<std::uint64_t> shingles_of(nb::handle text, const std::optional<std::string>& preset,
                                       const std::optional<std::string>& shingle) {
  const std::string_view bytes = view_of(text);
  const shingle_options use = shingle_of(preset, shingle);
  return in_peace(bytes.size(), [&] { return shingles(bytes, use); });
}

std::vector<std::uint64_t> elements_of(nb::handle values) {
  const texts all(values);
  return in_peace(all.size(), [&] {
    std::vector<std::uint64_t> out;
    out.reserve(all.size());
    for (const std::string_view value : all.views()) out.push_back(element(value));
    return out;
  });
}

// A set's signature, element by element: what comes is gathered, and signed together when somebody asks, or it is many.
class sketch {
 public:
  sketch(unsigned slots, const std::string& scheme, std::uint64_t seed) : sign_(options_of(slots, scheme, seed)) { clear(); }

  void update(nb::handle value) { add({element(view_of(value))}); }
  void update_batch(nb::handle values) { add(elements_of(values)); }
  void clear() { gathered_.clear(), slots_ = sign_(std::vector<std::uint64_t>{}); }
  void add(const std::vector<std::uint64_t>& elements) {
    gathered_.insert(gathered_.end(), elements.begin(), elements.end());
    if (gathered_.size() >= most_gathered) settled();
  }

  const signature& settled() {
    const std::vector<std::uint64_t> fresh = std::exchange(gathered_, {});
    if (!fresh.empty()) slots_ = retold::merge(slots_, in_peace(fresh.size(), [&] { return sign_(fresh); }));
    return slots_;
  }
  void merge(sketch& other) { slots_ = retold::merge(settled(), other.settled()); }
  bool is_empty() {
    return gathered_.empty() && slots_.front() == ~std::uint64_t{0} && slots_ == sign_(std::vector<std::uint64_t>{});
  }

  nb::bytes dump() {
    const signature& all = settled();
    return nb::bytes(all.data(), all.size() * sizeof all[0]);
  }
  void load(const signature& slots) {
    if (slots.size() != slots_.size())
      throw error(error_kind::option, std::to_string(slots.size()) + " hash values, not " + std::to_string(slots_.size()));
    gathered_.clear(), slots_ = slots;
  }
  void load_dump(const nb::bytes& from) {
    signature slots(from.size() / sizeof slots_[0]);
    std::memcpy(slots.data(), from.c_str(), slots.size() * sizeof slots[0]);
    load(slots);
  }
  std::vector<std::uint64_t> keys(unsigned bands, unsigned rows) {
    std::vector<std::uint64_t> out(bands);
    band_keys(settled(), {bands, rows}, out);
    return out;
  }

 private:
  static constexpr std::size_t most_gathered = 1 << 16;
  static minhash_options options_of(unsigned slots, const std::string& scheme, std::uint64_t seed) {
    const bool kmins = said::one_of("scheme", scheme, {"fss", "kmins"}) == 1;
    return {.slots = slots, .scheme = kmins ? minhash_scheme::kmins : minhash_scheme::fss, .seed = seed};
  }

  minhasher sign_;
  signature slots_;
  std::vector<std::uint64_t> gathered_;
};

std::pair<std::uint64_t, std::uint64_t> simhash_of(const std::vector<std::uint64_t>& hashes,
                                                   const std::vector<double>& weights) {
  std::vector<weighted> features(hashes.size());
  for (std::size_t i = 0; i < hashes.size(); ++i) features[i] = {hashes[i], i < weights.size() ? weights[i] : 1};
  const fingerprint f = in_peace(features.size(), [&] { return simhash(features); });
  return {f.low, f.high};
}

}  // namespace

void add_sketches(nb::module_& to) {
  nb::class_<sketch>(to, "Sketch")
      .def(nb::init<unsigned, const std::string&, std::uint64_t>(), "slots"_a, "scheme"_a, "seed"_a)
      .def("update", &sketch::update, "value"_a)
      .def("update_batch", &sketch::update_batch, "values"_a)
      .def("add", &sketch::add, "elements"_a)
      .def("clear", &sketch::clear)
      .def("merge", &sketch::merge, "other"_a)
      .def("jaccard", [](sketch& a, sketch& b) { return estimate(a.settled(), b.settled()); })
      .def("is_empty", &sketch::is_empty)
      .def("digest", [](sketch& of) { return of.settled(); })
      .def("dump", &sketch::dump)
      .def("load", &sketch::load, "slots"_a)
      .def("load_dump", &sketch::load_dump, "dump"_a)
      .def("keys", &sketch::keys, "bands"_a, "rows"_a);
  to.def("elements", &elements_of, "values"_a);
  to.def("shingles", &shingles_of, "text"_a, "preset"_a.none(), "shingle"_a.none());
  to.def("choose_banding", [](double threshold, double recall, unsigned slots) {
    const banding found = choose_banding(threshold, recall, slots);
    return std::pair(found.bands, found.rows);
  });
  to.def("simhash", &simhash_of, "hashes"_a, "weights"_a);
}

}  // namespace retold::python
