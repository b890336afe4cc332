// SPDX-License-Identifier: Apache-2.0
#pragma once
// Puts a grouping together document by document (part of evaluate).

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

#include "retold/error.hpp"
#include "retold/evaluate.hpp"

namespace retold {

class gatherer {
 public:
  explicit gatherer(std::string label) : label_(std::move(label)) {}

  std::uint32_t fresh_group(const std::string& name) {
    out_.names.push_back(name);
    return static_cast<std::uint32_t>(out_.names.size() - 1);
  }
  // The group of that name.
  std::uint32_t story(const std::string& name) {
    const auto [place, fresh] = stories_.try_emplace(name, static_cast<std::uint32_t>(out_.names.size()));
    return fresh ? fresh_group(name) : place->second;
  }

  // `place`: FILE:LINE, or what else tells where it stands.
  void add(const std::string& id, std::uint32_t group, const std::string& place) {
    const auto [known, fresh] = documents_.try_emplace(id, static_cast<std::uint32_t>(out_.documents.size()));
    if (!fresh && out_.labels[known->second] == group) return;
    if (!fresh)
      throw error(error_kind::input, place + ": id \"" + id + "\" is in two groups: \"" +
                                         out_.names[out_.labels[known->second]] + "\" and \"" + out_.names[group] + '"');
    out_.documents.push_back(id);
    out_.labels.push_back(group);
  }

  void tag(const std::string& id, const std::string& name) {
    const std::uint32_t document = documents_.at(id);
    if (out_.tags.size() <= document) out_.tags.resize(document + std::size_t{1});
    out_.tags[document].push_back(tags_.try_emplace(name, static_cast<std::uint32_t>(tags_.size())).first->second);
  }

  void skip(const std::string& place, std::string reason) { out_.skipped.push_back({place, std::move(reason)}); }
  void without_story() { ++out_.without_story; }
  void looks_swapped() { swapped_ = true; }  // a record is one of the other file

  // Throws error(input) if nothing could be used; `expected`: what should have been there.
  grouping take(const std::string& expected) {
    if (!out_.tags.empty()) out_.tags.resize(out_.documents.size());
    if (out_.documents.empty() && !out_.skipped.empty())
      throw error(error_kind::input, label_ + ": no grouping: " + expected + " expected; " + out_.skipped.front().input + ": " +
                                         out_.skipped.front().reason +
                                         (swapped_ ? "; are the two files swapped? GOLD comes first" : ""));
    return std::move(out_);
  }
  const std::string& label() const noexcept { return label_; }

 private:
  std::string label_;
  grouping out_;
  bool swapped_ = false;
  boost::unordered_flat_map<std::string, std::uint32_t> stories_, documents_, tags_;
};

}  // namespace retold
