// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

#include "counted.hpp"
#include "report_columns.hpp"
#include "report_escape.hpp"
#include "retold/evaluate.hpp"
#include "retold/version.hpp"

namespace retold {
namespace {

using namespace rendering;

constexpr std::string_view bold = "1", dim = "2";
constexpr int name_columns = 20, value_columns = 11;

std::string fixed(double value) {
  char text[16];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

std::string blanks(int count) { return std::string(static_cast<std::size_t>(std::max(0, count)), ' '); }
std::string right(const std::string& text, int width) { return blanks(width - columns(text)) + text; }

std::string row(const std::string& name, const std::vector<std::string>& values) {
  std::string line = "  " + name + blanks(name_columns - columns(name));
  for (const std::string& value : values) line += right(value, value_columns);
  return line + '\n';
}

// The colour ends before the line does.
std::string dimmed(std::string line, const text_style& style) {
  line.pop_back();
  return styled(line, dim, style.colour) + '\n';
}

std::string row(const std::string& name, double first, double second, double mean) {
  return row(name, {fixed(first), fixed(second), fixed(mean)});
}

std::string explained(std::string_view text, const text_style& style) {
  std::string out;
  const run whole{text, dim};
  append_wrapped(out, {&whole, 1}, std::max(40, style.width) - 2, "  ", "  ", style.colour);
  return out;
}

std::string joined(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) out += (out.empty() ? "" : ", ") + id;
  return out;
}

std::string counts_text(const evaluation& of, const text_style& style) {
  const agreement& a = of.figures;
  std::string out = grouped(a.documents, "document", "documents") + " · " + grouped(a.gold_groups, "story", "stories") + " · " +
                    grouped(a.found_groups, "predicted group", "predicted groups") + '\n';
  const auto note = [&out](std::uint64_t n, const char* one, const char* many, const char* what) {
    if (n != 0) out += grouped(n, one, many).append(" ").append(what) += '\n';
  };
  const auto name = [&](const std::vector<std::string>& ids, std::uint64_t all) {
    if (all == 0) return;
    const std::string shown = clip(joined(ids) + (all > ids.size() ? ", …" : ""), std::max(40, style.width) - 2);
    out += "  " + styled(shown, dim, style.colour) + '\n';
  };
  note(of.missing, "document", "documents", "in no group of the prediction: counted as alone");
  name(of.missing_ids, of.missing);
  note(of.unknown, "document", "documents", "of the prediction not in the gold: not counted");
  name(of.unknown_ids, of.unknown);
  note(of.without_story, "gold record", "gold records", "without a story: not counted");
  note(of.ambiguous_pairs, "pair", "pairs", "of one umbrella put together: not counted as pairs");
  note(of.skipped.size(), "line", "lines", "skipped, whole or in part");
  return out;
}

std::string figures_text(const agreement& a, const text_style& style) {
  return dimmed(row("", {"precision", "recall", "F1"}), style) +
         row("B-cubed", a.b_cubed.precision, a.b_cubed.recall, a.b_cubed.f1()) +
         row("pairwise", a.pairwise.precision, a.pairwise.recall, a.pairwise.f1()) +
         row("V-measure", a.homogeneity, a.completeness, a.v_measure()) +
         row("adjusted Rand index", {"", "", fixed(a.adjusted_rand)}) +
         explained("precision: what is together belongs together; recall: what belongs together is together", style);
}

std::string sizes_text(const evaluation& of, const text_style& style) {
  std::string out = dimmed(row("documents in one", {"stories", "groups"}), style);
  for (std::size_t i = 0; i < of.gold_sizes.size(); ++i)
    if (of.gold_sizes[i] + of.found_sizes[i] != 0)
      out += row(size_class_name(i), {grouped(of.gold_sizes[i]), grouped(of.found_sizes[i])});
  return out;
}

// What the two lists differ in.
struct torn_words {
  const char* title;
  const char *one, *many;  // what the parts are
  const char* wrong;
  const char *name, *wrong_name, *part_name;  // in JSON
};
constexpr torn_words split_words = {"Stories most split", "group", "groups", "apart", "story", "pairs_apart", "group"};
constexpr torn_words mixed_words = {"Groups most mixed",      "story", "stories", "wrongly together", "group",
                                    "pairs_wrongly_together", "story"};

void append_part(std::string& out, const torn_group::part& part, const text_style& style) {
  const std::string head = right(std::to_string(part.size), 8) + "  ";
  const int room = std::max(40, style.width) - columns(head);
  const std::string name = clip(part.name.empty() ? "in no group" : part.name, room / 2);
  const std::string ids = joined(part.examples) + (part.size > part.examples.size() ? ", …" : "");
  out += head + name + "  " + styled(clip(ids, room - columns(name) - 2), dim, style.colour) + '\n';
}

void append_torn(std::string& out, const torn_group& t, const torn_words& words, const text_style& style) {
  const std::string size = right(std::to_string(t.size), 4) + "  ";
  const std::string counts = " · " + grouped(t.parts_in_all, words.one, words.many) + ", " +
                             grouped(t.wrong_pairs, "pair", "pairs") + ' ' + words.wrong;
  const int room = std::max(40, style.width) - columns(size) - columns(counts);
  out += size + styled(clip(t.name, std::max(room, 12)), bold, style.colour) + counts + '\n';
  for (const torn_group::part& part : t.parts) append_part(out, part, style);
  if (const std::size_t rest = t.parts_in_all - t.parts.size(); rest != 0)
    out += blanks(10) + "and " + grouped(rest, words.one, words.many) + " more\n";
}

void append_list(std::string& out, const std::vector<torn_group>& groups, const torn_words& words, const text_style& style) {
  if (groups.empty()) return;
  out += '\n' + styled(words.title, bold, style.colour) + '\n';
  for (const torn_group& t : groups) append_torn(out, t, words, style);
}

void write_mean(json_writer& to, const char* name, const std::array<const char*, 3>& keys,
                const std::array<double, 3>& values) {
  to.new_line(" ").key(name).open('{');
  for (std::size_t i = 0; i < keys.size(); ++i) to.key(keys[i]).number(values[i]);
  to.close('}');
}

void write_sizes(json_writer& to, const evaluation& of) {
  to.new_line(" ").key("sizes").open('[');
  for (std::size_t i = 0; i < of.gold_sizes.size(); ++i) {
    const bool last = i == std::size(size_classes);
    to.open('{').key("from").integer(i == 0 ? 1 : size_classes[i - 1] + 1).key("to");
    last ? to.raw("") : to.integer(size_classes[i]);
    to.key("stories").integer(of.gold_sizes[i]).key("groups").integer(of.found_sizes[i]).close('}');
  }
  to.close(']');
}

void write_part(json_writer& to, const torn_group::part& part, const torn_words& words) {
  to.open('{').key(words.part_name);
  part.name.empty() ? to.raw("") : to.text(part.name);
  to.key("size").integer(part.size).key("examples").open('[');
  for (const std::string& id : part.examples) to.text(id);
  to.close(']').close('}');
}

void write_list(json_writer& to, const char* key, const std::vector<torn_group>& groups, const torn_words& words) {
  to.new_line(" ").key(key).open('[');
  for (const torn_group& t : groups) {
    to.new_line("  ").open('{').key(words.name).text(t.name).key("size").integer(t.size);
    to.key(words.wrong_name).integer(t.wrong_pairs).key("parts_in_all").integer(t.parts_in_all).key("parts").open('[');
    for (const torn_group::part& part : t.parts) write_part(to, part, words);
    to.close(']').close('}');
  }
  to.close(']');
}

}  // namespace

std::string to_text(const evaluation& of, const text_style& style) {
  std::string out = counts_text(of, style) + '\n' + figures_text(of.figures, style) + '\n' + sizes_text(of, style);
  append_list(out, of.split, split_words, style);
  append_list(out, of.mixed, mixed_words, style);
  return out;
}

std::string to_json(const evaluation& of) {
  const agreement& a = of.figures;
  json_writer to;
  to.open('{').key("retold").text(version);
  to.new_line(" ").key("documents").integer(a.documents).key("stories").integer(a.gold_groups);
  to.key("groups").integer(a.found_groups).key("missing").integer(of.missing).key("unknown").integer(of.unknown);
  const auto list = [&to](const char* name, const std::vector<std::string>& ids) {
    to.key(name).open('[');
    for (const std::string& id : ids) to.text(id);
    to.close(']');
  };
  list("missing_ids", of.missing_ids);
  list("unknown_ids", of.unknown_ids);
  to.new_line(" ").key("without_story").integer(of.without_story).key("ambiguous_pairs").integer(of.ambiguous_pairs);
  const std::array<const char*, 3> keys{"precision", "recall", "f1"};
  write_mean(to, "b_cubed", keys, {a.b_cubed.precision, a.b_cubed.recall, a.b_cubed.f1()});
  write_mean(to, "pairwise", keys, {a.pairwise.precision, a.pairwise.recall, a.pairwise.f1()});
  write_mean(to, "v_measure", {"homogeneity", "completeness", "v"}, {a.homogeneity, a.completeness, a.v_measure()});
  to.new_line(" ").key("ari").number(a.adjusted_rand);
  write_sizes(to, of);
  write_list(to, "split", of.split, split_words);
  write_list(to, "mixed", of.mixed, mixed_words);
  to.new_line(" ").key("skipped").open('[');
  for (const skipped_input& s : of.skipped) to.open('{').key("input").text(s.input).key("reason").text(s.reason).close('}');
  to.close(']').close('}');
  return to.take() + '\n';
}

}  // namespace retold
