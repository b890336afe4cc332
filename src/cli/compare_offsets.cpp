// SPDX-License-Identifier: Apache-2.0
#include "compare_offsets.hpp"

#include <nlohmann/json.hpp>
#include <vector>

namespace retold::cli {
namespace {

using ordered = nlohmann::ordered_json;

// How many units stand before each byte of a text.
class counter {
 public:
  counter(const std::string& text, bool utf16) : before_(text.size() + 1) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      const std::uint32_t units = (byte & 0xC0) == 0x80 ? 0 : utf16 && byte >= 0xF0 ? 2 : 1;
      before_[i + 1] = before_[i] + units;
    }
  }
  void put(ordered& to, slice where) const {
    if (!to.is_object()) return;
    to["begin"] = before_[where.begin];
    to["end"] = before_[where.end];
  }

 private:
  std::vector<std::uint32_t> before_;
};

struct counters {
  counter text, title;
  counters(const document& d, bool utf16) : text(d.text, utf16), title(d.title, utf16) {}
  const counter& of(field in) const { return in == field::title ? title : text; }
};

}  // namespace

std::string in_unit(const std::string& json, const comparison& found, const std::string& unit) {
  if (unit == "bytes") return json;
  const counters a(found.a, unit == "utf16"), b(found.b, unit == "utf16");
  ordered out = ordered::parse(json);
  for (std::size_t i = 0; i < found.passages.size(); ++i) {
    const passage& p = found.passages[i];
    ordered& to = out["passages"][i];
    const counter &ca = a.of(p.a.field), &cb = b.of(p.b.field);
    ca.put(to["a"], p.a.where);
    cb.put(to["b"], p.b.where);
    for (std::size_t d = 0; d < p.differences.size(); ++d)
      ca.put(to["differences"][d]["a"], p.differences[d].a), cb.put(to["differences"][d]["b"], p.differences[d].b);
    for (std::size_t c = 0; c < p.conflicts.size(); ++c)
      ca.put(to["conflicts"][c]["a"], p.conflicts[c].a), cb.put(to["conflicts"][c]["b"], p.conflicts[c].b);
  }
  return out.dump() + '\n';
}

}  // namespace retold::cli
