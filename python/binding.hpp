// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of the module _retold, each of which adds its own, and what they share.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "retold/dedup.hpp"
#include "retold/pipeline.hpp"

namespace retold::python {

void add_groups(nanobind::module_& to);         // groups.cpp: documents, cluster, compare
void add_dedup(nanobind::module_& to);          // dedup.cpp: dedup of texts and of files
void add_sketches(nanobind::module_& to);       // sketches.cpp: signatures, fingerprints, band keys
void add_seen(nanobind::module_& to);           // seen.cpp: Index
void add_spark(nanobind::module_& to);          // spark.cpp: the steps of dedup
void add_spark_stories(nanobind::module_& to);  // spark_stories.cpp: the steps of stories

// The str of bytes; what is no UTF-8 is replaced, or as in names of files becomes what os.fsencode turns back.
inline constexpr const char* name_of_file = "surrogateescape";
nanobind::object text_of(std::string_view bytes, const char* odd = "replace");

nanobind::list pairs_of(const std::vector<skipped_input>& inputs);  // (input, reason)

// What is none leaves the preset's.
template <class Options>
void apply_sketch(Options& to, const std::optional<std::string>& preset, const std::optional<std::string>& shingle) {
  if (preset) preset_of(*preset).apply_to(to.shingle, to.slots);
  if (shingle) to.shingle = shingle_options::parse(*shingle);
}

// What a call was told: its options by name, without those that are None.
class said {
 public:
  explicit said(nanobind::dict options) : options_(std::move(options)) {}

  // Sets `to`, if the option is there. Throws TypeError naming it: "slots: 'many' is not a whole number"; of whole numbers that
  // it cannot hold ValueError: "slots: -1 is out of range".
  template <class T>
  bool put(const char* name, T& to) const {
    if (!options_.contains(name)) return false;
    const nanobind::object value = options_[name];
    if (!nanobind::try_cast<T>(value, to)) refuse(name, value, wanted<T>(), std::is_integral_v<T> && !std::is_same_v<T, bool>);
    return true;
  }

  void put_memory(std::uint64_t& to) const;  // a number, or "4G"

  template <class Options>  // cluster_options, dedup_options, index_options
  void put_sketch(Options& to) const {
    std::string preset, shingle, sketch;
    const bool any = put("preset", preset), own = put("shingle", shingle);
    apply_sketch(to, any ? std::optional(preset) : std::nullopt, own ? std::optional(shingle) : std::nullopt);
    if constexpr (requires { to.sketch; })
      if (put("sketch", sketch))
        to.sketch = one_of("sketch", sketch, {"minhash", "simhash"}) == 1 ? sketch_kind::simhash : sketch_kind::minhash;
    put("slots", to.slots);
    put("recall", to.recall);
  }

  // Which of the words it is. Throws error(option): "verify 'no' is not exact or sketch".
  static std::size_t one_of(std::string_view name, std::string_view value, std::initializer_list<std::string_view> words);

  void refuse_idle(level at) const;  // options without effect there

 private:
  template <class T>
  static constexpr const char* wanted() {
    if constexpr (std::is_same_v<T, bool>) return "True or False";
    if constexpr (std::is_integral_v<T>) return "a whole number";
    if constexpr (std::is_floating_point_v<T>) return "a number";
    return "a str";
  }
  [[noreturn]] static void refuse(const char* name, nanobind::handle value, const char* wanted, bool whole);

  nanobind::dict options_;
};

// By the names that cluster and dedup of the package have for them. Throw what `said` throws, and error(option).
cluster_options cluster_options_of(const said& told);  // groups.cpp
dedup_options dedup_options_of(const said& told);      // dedup.cpp

}  // namespace retold::python
