// SPDX-License-Identifier: Apache-2.0
// The JSON of docs/format.md: its keys, their order and their meaning are a promise to other programs.
#include "report_escape.hpp"
#include "retold/report.hpp"
#include "retold/version.hpp"

namespace retold {
namespace {

using rendering::json_writer;

void write_text_or_null(json_writer& out, const std::string& value) { value.empty() ? out.raw("null") : out.text(value); }

void write(json_writer& out, const document& d, std::uint32_t tokens) {
  out.open('{').key("id").text(d.id).key("title").text(d.title);
  write_text_or_null(out.key("date"), d.date);
  write_text_or_null(out.key("source"), d.source);
  out.key("bytes").integer(d.bytes).key("tokens").integer(tokens).key("warnings").open('[');
  for (const std::string& warning : d.warnings) out.text(warning);
  out.close(']').close('}');
}

// The stored range of a part of a side, and what a reader sees there.
void write_range(json_writer& out, const document& d, const side& within, slice part) {
  const slice stored = (within.field == field::title ? d.title_origin : d.text_origin).to_source(part);
  out.key("begin").integer(stored.begin).key("end").integer(stored.end).key("text").text(rendering::seen(d, within, part));
}

void write_side(json_writer& out, const document& d, const side& s) {
  out.open('{').key("document").text(d.id);
  if (s.field == field::title && !d.title_in_text) out.key("field").text("title");
  write_range(out, d, s, s.where);
  out.close('}');
}

void write_part(json_writer& out, const document& d, const side& within, slice part) {
  if (part.empty()) {
    out.raw("null");
    return;
  }
  out.open('{');
  write_range(out, d, within, part);
  out.close('}');
}

void write(json_writer& out, const passage& p, const document& a, const document& b) {
  out.open('{').key("class").text(name(p.kind)).key("score").number(p.score);
  write_side(out.key("a"), a, p.a);
  write_side(out.key("b"), b, p.b);
  out.key("differences").open('[');
  for (const difference& d : p.differences) {
    write_part(out.open('{').key("a"), a, p.a, d.a);
    write_part(out.key("b"), b, p.b, d.b);
    out.close('}');
  }
  out.close(']').key("conflicts").open('[');
  for (const conflict& c : p.conflicts) {
    write_part(out.open('{').key("kind").text(c.kind).key("a"), a, p.a, c.a);
    write_part(out.key("b"), b, p.b, c.b);
    out.close('}');
  }
  out.close(']').close('}');
}

void write_ids(json_writer& out, const clustering& of, const std::vector<std::uint32_t>& members) {
  out.open('[');
  for (const std::uint32_t d : members) out.text(of.documents[d].id);
  out.close(']');
}

void write_subgroups(json_writer& out, const clustering& of, const std::vector<std::vector<std::uint32_t>>& subgroups) {
  out.open('[');
  for (const auto& members : subgroups) write_ids(out, of, members);
  out.close(']');
}

void write(json_writer& out, const clustering& of, std::size_t id) {
  const group& g = of.groups[id];
  out.open('{').key("id").integer(id).key("level").text(name(g.level)).key("title").text(g.title);
  write_ids(out.key("documents"), of, g.documents);
  out.key("representative").text(of.documents[g.representative].id);
  write_subgroups(out.key("near"), of, g.near);
  write_subgroups(out.key("exact"), of, g.exact);
  out.key("cohesion").number(g.cohesion).close('}');
}

void write_containment(json_writer& out, const similarity& s) {
  out.key("jaccard").number(s.jaccard).key("containment").open('[');
  out.number(s.containment_a).number(s.containment_b).close(']');
}

void write(json_writer& out, const clustering& of, const link& l) {
  out.open('{').key("a").text(of.documents[l.a].id).key("b").text(of.documents[l.b].id);
  out.key("level").text(name(l.level)).key("score").number(l.score);
  write_containment(out, l.overlap);
  out.key("reasons").open('[');
  for (const std::string& reason : l.reasons) out.text(reason);
  out.close(']').close('}');
}

// An array with a line for each element.
template <class Items, class Write>
void write_lines(json_writer& out, std::string_view key, const Items& items, Write write_item) {
  out.new_line(" ").key(key).open('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    out.new_line("  ");
    write_item(items[i], i);
  }
  out.close(']');
}

void write_shares(json_writer& out, const reuse& of) {
  out.open('{').key("identical").number(of.identical).key("shared").number(of.shared);
  out.key("paraphrased").number(of.paraphrased).key("unique").number(of.unique).key("reused").number(of.reused).close('}');
}

}  // namespace

std::string to_json(const clustering& found) {
  json_writer out;
  out.open('{').key("retold").text(version).key("level").text(name(found.level)).key("options").open('{');
  for (const auto& [option, value] : found.options) out.key(option).raw(value);
  out.close('}');
  write_lines(out, "documents", found.documents,
              [&](const document& d, std::size_t i) { write(out, d, i < found.tokens.size() ? found.tokens[i] : 0); });
  write_lines(out, "groups", found.groups, [&](const group&, std::size_t i) { write(out, found, i); });
  write_lines(out, "links", found.links, [&](const link& l, std::size_t) { write(out, found, l); });
  write_lines(out, "passages", found.passages, [&](const passage& p, std::size_t) {
    write(out, p, found.documents[p.a.document], found.documents[p.b.document]);
  });
  write_lines(out, "related", found.related, [&](const related_groups& r, std::size_t) {
    out.open('{').key("a").integer(r.a).key("b").integer(r.b).key("score").number(r.score).close('}');
  });
  write_lines(out, "skipped", found.skipped, [&](const skipped_input& s, std::size_t) {
    out.open('{').key("input").text(s.input).key("reason").text(s.reason).close('}');
  });
  out.close('}');
  return out.take() + '\n';
}

std::string to_json(const comparison& found) {
  json_writer out;
  out.open('{').key("retold").text(version).key("documents").open('[');
  write(out, found.a, found.tokens_a);
  write(out, found.b, found.tokens_b);
  out.close(']').key("similarity").open('{');
  write_containment(out, found.overlap);
  out.key("simhash").number(found.simhash).close('}').key("shares").open('{');
  write_shares(out.key("a"), found.share_a);
  write_shares(out.key("b"), found.share_b);
  out.close('}').key("passages").open('[');
  for (const passage& p : found.passages) {
    write(out, p, p.a.document == 0 ? found.a : found.b, p.b.document == 0 ? found.a : found.b);
  }
  out.close(']').close('}');
  return out.take() + '\n';
}

}  // namespace retold
