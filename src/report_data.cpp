// SPDX-License-Identifier: Apache-2.0
// The data of the HTML report. JavaScript counts strings in UTF-16 units, so all offsets are translated here, once.
#include <algorithm>
#include <array>
#include <memory>

#include "report_escape.hpp"
#include "report_outline.hpp"
#include "report_page.hpp"
#include "retold/version.hpp"
#include "utf8.hpp"

namespace retold::rendering {
namespace {

// UTF-8 offsets to UTF-16 offsets of one text: a count every few bytes, the rest is walked.
class utf16_offsets {
 public:
  explicit utf16_offsets(std::string_view text) : text_(text) {
    std::uint32_t units = 0;
    for (std::size_t at = 0; at < text.size(); units += next_units(at)) {
      if (at >= marks_.size() * step) marks_.push_back({at, units});
    }
  }
  std::uint32_t operator()(std::uint32_t offset) const {
    if (marks_.empty()) return 0;
    const auto after =
        std::upper_bound(marks_.begin(), marks_.end(), offset, [](std::uint32_t o, const mark& m) { return o < m.at; });
    auto [at, units] = after == marks_.begin() ? *after : *(after - 1);
    while (at < std::min<std::size_t>(offset, text_.size())) units += next_units(at);
    return units;
  }

 private:
  static constexpr std::size_t step = 32;
  struct mark {
    std::size_t at;
    std::uint32_t units;
  };
  std::uint32_t next_units(std::size_t& at) const { return next_code_point(text_, at) > 0xFFFF ? 2 : 1; }
  std::string_view text_;
  std::vector<mark> marks_;
};

struct measured {
  utf16_offsets text, title;
  explicit measured(const document& d) : text(d.text), title(d.title) {}
  const utf16_offsets& of(field f) const { return f == field::title ? title : text; }
};

void write_slice(json_writer& out, const utf16_offsets& units, slice s) {
  out.integer(units(s.begin)).integer(units(std::max(s.begin, s.end)));
}

void write_texts(json_writer& out, const std::vector<std::string>& texts) {
  out.open('[');
  for (const std::string& text : texts) out.text(text);
  out.close(']');
}

void write(json_writer& out, const document& d, std::uint32_t tokens, const std::vector<slice>* boilerplate,
           const utf16_offsets& units) {
  out.open('{').key("id").text(d.id).key("title").text(d.title).key("titleInText").boolean(d.title_in_text);
  if (d.title.empty() && !is_blank(d)) out.key("heading").text(heading(d));  // what to call it, where it has no title
  out.key("date").text(d.date).key("source").text(d.source).key("language").text(d.language);
  out.key("bytes").integer(d.bytes).key("tokens").integer(tokens);
  write_texts(out.key("warnings"), d.warnings);
  out.key("text").text(d.text).key("grey").open('[');
  for (const slice& s : d.furniture) write_slice(out, units, s);
  if (boilerplate != nullptr) {
    for (const slice& s : *boilerplate) write_slice(out, units, s);
  }
  out.close(']').close('}');
}

// [class, score, [document, in title, begin, end] × 2, [differences …], [conflicts …]]
void write(json_writer& out, const passage& p, const measured& a, const measured& b) {
  out.open('[').integer(static_cast<std::uint64_t>(p.kind)).number(p.score);
  for (const auto& [s, units] : {std::pair(&p.a, &a), std::pair(&p.b, &b)}) {
    out.open('[').integer(s->document).integer(s->field == field::title ? 1 : 0);
    write_slice(out, units->of(s->field), s->where);
    out.close(']');
  }
  out.open('[');
  for (const difference& d : p.differences) {
    write_slice(out, a.of(p.a.field), d.a);
    write_slice(out, b.of(p.b.field), d.b);
  }
  out.close(']').open('[');
  for (const conflict& c : p.conflicts) {
    out.text(c.kind);
    write_slice(out, a.of(p.a.field), c.a);
    write_slice(out, b.of(p.b.field), c.b);
  }
  out.close(']').close(']');
}

void write_numbers(json_writer& out, const std::vector<std::uint32_t>& numbers) {
  out.open('[');
  for (const std::uint32_t n : numbers) out.integer(n);
  out.close(']');
}

void write_subgroups(json_writer& out, const std::vector<std::vector<std::uint32_t>>& subgroups) {
  out.open('[');
  for (const auto& members : subgroups) write_numbers(out, members);
  out.close(']');
}

void write(json_writer& out, const group& g) {
  out.open('{').key("title").text(g.title).key("level").text(name(g.level));
  write_numbers(out.key("documents"), g.documents);
  out.key("representative").integer(g.representative);
  write_subgroups(out.key("near"), g.near);
  write_subgroups(out.key("exact"), g.exact);
  out.key("cohesion").number(g.cohesion).close('}');
}

void write(json_writer& out, const link& l) {
  out.open('[').integer(l.a).integer(l.b).text(name(l.level)).number(l.score);
  out.number(l.overlap.jaccard).number(l.overlap.containment_a).number(l.overlap.containment_b);
  write_texts(out, l.reasons);
  out.close(']');
}

void write_shares(json_writer& out, const reuse& r) {
  out.open('[').number(r.identical).number(r.shared).number(r.paraphrased).number(r.unique).close(']');
}

// Every document is measured once.
class measures {
 public:
  explicit measures(const std::vector<document>& documents) : documents_(documents), kept_(documents.size()) {}
  const measured& operator[](std::uint32_t d) {
    if (!kept_[d]) kept_[d] = std::make_unique<measured>(documents_[d]);
    return *kept_[d];
  }

 private:
  const std::vector<document>& documents_;
  std::vector<std::unique_ptr<measured>> kept_;
};

}  // namespace

std::string page_data(const clustering& found) {
  json_writer out(true);
  measures units(found.documents);
  out.open('{').key("version").text(version).key("level").text(name(found.level)).key("options").open('{');
  for (const auto& [option, value] : found.options) out.key(option).raw(value);
  out.close('}').key("documents").open('[');
  for (std::uint32_t d = 0; d < found.documents.size(); ++d) {
    write(out.new_line(""), found.documents[d], d < found.tokens.size() ? found.tokens[d] : 0,
          d < found.boilerplate.size() ? &found.boilerplate[d] : nullptr, units[d].text);
  }
  out.close(']').key("groups").open('[');
  for (const group& g : found.groups) write(out, g);
  out.close(']').key("links").open('[');
  for (const link& l : found.links) write(out, l);
  out.close(']').key("passages").open('[');
  for (const passage& p : found.passages) write(out.new_line(""), p, units[p.a.document], units[p.b.document]);
  out.close(']').key("related").open('[');
  for (const related_groups& r : found.related) out.open('[').integer(r.a).integer(r.b).number(r.score).close(']');
  return out.close(']').close('}').take();
}

std::string page_data(const comparison& found) {
  json_writer out(true);
  const std::array<measured, 2> units = {measured(found.a), measured(found.b)};
  out.open('{').key("version").text(version).key("options").open('{').close('}').key("documents").open('[');
  write(out, found.a, found.tokens_a, &found.boilerplate_a, units[0].text);
  write(out, found.b, found.tokens_b, &found.boilerplate_b, units[1].text);
  out.close(']').key("passages").open('[');
  for (const passage& p : found.passages) write(out, p, units[p.a.document != 0], units[p.b.document != 0]);
  out.close(']').key("groups").open('[').close(']').key("links").open('[').close(']').key("related").open('[').close(']');
  out.key("comparison").open('{').key("jaccard").number(found.overlap.jaccard).key("containment").open('[');
  out.number(found.overlap.containment_a).number(found.overlap.containment_b).close(']');
  out.key("simhash").number(found.simhash).key("spans").boolean(found.whole_spans).key("shares").open('[');
  write_shares(out, found.share_a);
  write_shares(out, found.share_b);
  return out.close(']').close('}').close('}').take();
}

}  // namespace retold::rendering
