// SPDX-License-Identifier: Apache-2.0
// The view for a terminal. It reads well without colour: marks and wording carry the meaning, colour only helps the eye.
#include <algorithm>
#include <array>
#include <cmath>

#include "counted.hpp"
#include "report_columns.hpp"
#include "report_escape.hpp"
#include "report_outline.hpp"
#include "retold/report.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

using namespace rendering;

constexpr std::string_view bold = "1", dim = "2", warning = "33", alarm = "1;31";
constexpr std::array<std::string_view, 5> class_styles = {"32", "36", "33", "35", "2"};  // by passage_class
constexpr std::array<std::string_view, 5> word_styles = {"1;32", "1;36", "1;33", "1;35", "2"};
constexpr std::size_t evidence_shown = 3, alone_shown = 40, related_shown = 3;

std::string_view style_of(passage_class c) { return class_styles[static_cast<std::size_t>(c)]; }

// Where all lines go.
class sheet {
 public:
  explicit sheet(const text_style& style) : style_(style), width_(std::max(style.width, 40)) {}
  void lines(std::span<const run> runs, std::string_view first = {}, std::string_view indent = {}) {
    append_wrapped(out_, runs, width_ - columns(plain(indent.empty() ? first : indent)), first, indent, style_.colour);
  }
  void line(std::string_view text, std::string_view style = {}, std::string_view first = {}, std::string_view indent = {}) {
    const run whole{text, style};
    lines({&whole, 1}, first, indent);
  }
  void blank() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
  }
  std::string paint(std::string_view text, std::string_view style) const { return styled(text, style, style_.colour); }
  bool verbose() const { return style_.verbose; }
  int width() const { return width_; }
  std::string take() { return std::move(out_); }

 private:
  static std::string plain(std::string_view indent) {  // without the colours `paint` put in
    std::string text(indent);
    for (std::size_t at; (at = text.find('\x1b')) != text.npos;) text.erase(at, text.find('m', at) - at + 1);
    return text;
  }
  text_style style_;
  int width_;
  std::string out_;
};

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string line;
  for (const std::string& part : parts) line.append(line.empty() ? "" : between).append(part);
  return line;
}

std::string bar(double share, int length, std::string_view full, std::string_view rest) {
  const int filled = static_cast<int>(std::lround(std::clamp(std::isfinite(share) ? share : 0, 0.0, 1.0) * length));
  std::string line;
  for (int i = 0; i < length; ++i) line += i < filled ? full : rest;
  return line;
}

std::string padded(std::string line, int width) {
  line.append(static_cast<std::size_t>(std::max(0, width - columns(line))), ' ');
  return line;
}

// ---- passages ----

// The side's text in runs: as it is, what has no counterpart, figures that disagree.
std::vector<run> runs_of(const document& d, const side& s, const passage& p, slice difference::*part, slice conflict::*figure) {
  struct mark {
    slice where;
    std::string_view style;
  };
  std::vector<mark> marks;
  for (const conflict& c : p.conflicts) marks.push_back({c.*figure, alarm});
  const auto by_begin = [](const mark& x, const mark& y) { return x.where.begin < y.where.begin; };
  std::stable_sort(marks.begin(), marks.end(), by_begin);
  const auto figures = marks;
  for (const difference& x : p.differences) {  // gives way to the figures in it, which are marked whole
    std::vector<slice> pieces{x.*part};
    for (const mark& f : figures) {
      const slice last = pieces.back();
      if (f.where.end <= last.begin || last.end <= f.where.begin) continue;
      pieces.back().end = f.where.begin;
      pieces.push_back({f.where.end, last.end});
    }
    for (const slice piece : pieces) marks.push_back({piece, word_styles[static_cast<std::size_t>(p.kind)]});
  }
  std::stable_sort(marks.begin(), marks.end(), by_begin);
  std::vector<run> runs;
  std::uint32_t at = s.where.begin;
  for (const auto& [where, style] : marks) {
    const slice fresh{std::max(where.begin, at), std::min(where.end, s.where.end)};
    if (fresh.begin >= fresh.end) continue;
    runs.push_back({seen(d, s, {at, fresh.begin})});
    runs.push_back({seen(d, s, fresh), style});
    at = fresh.end;
  }
  runs.push_back({seen(d, s, {at, std::max(at, s.where.end)})});
  return runs;
}

void show_figures(sheet& to, const passage& p, const document& a, const document& b, std::string_view indent) {
  if (p.conflicts.empty()) return;
  to.line("figures differ: " + conflicting_figures(p, a, b), alarm, indent, std::string(indent) + "  ");
}

void show_sides(sheet& to, const passage& p, const document& a, const document& b, const std::string& indent) {
  const std::string_view style = style_of(p.kind);
  const std::string rail_a = indent + to.paint("│", style) + ' ', rail_b = indent + to.paint("┃", style) + ' ';
  to.lines(runs_of(a, p.a, p, &difference::a, &conflict::a), rail_a, rail_a);
  if (seen(a, p.a, p.a.where) != seen(b, p.b, p.b.where)) {
    to.lines(runs_of(b, p.b, p, &difference::b, &conflict::b), rail_b, rail_b);
  }
  show_figures(to, p, a, b, indent);
}

void show_passage(sheet& to, const passage& p, const document& a, const document& b, const std::string& indent, bool names) {
  to.blank();
  const std::string what = std::string(name(p.kind)) + ' ' + shown_score(p);
  const std::string between = "  " + a.id + " │ " + b.id + " ┃";
  const run heading[] = {{what, style_of(p.kind)}, {names ? std::string_view(between) : std::string_view(), dim}};
  to.lines(heading, indent, indent + "  ");
  show_sides(to, p, a, b, indent);
}

// A span may be as long as its text: shortened, its beginning and its end tell which it is.
constexpr std::uint32_t shown_of_span = 300;  // bytes, of either
constexpr std::uint32_t longest_word = 40;    // bytes that are searched for a space to break at

std::uint32_t word_end_before(std::string_view text, std::uint32_t at) {
  for (std::uint32_t i = at; i > at - longest_word; --i)
    if (text[i] == ' ' || text[i] == '\n') return i;
  return static_cast<std::uint32_t>(character_start(text, at));
}

std::uint32_t word_begin_after(std::string_view text, std::uint32_t at) {
  for (std::uint32_t i = at; i < at + longest_word; ++i)
    if (text[i - 1] == ' ' || text[i - 1] == '\n') return i;
  return static_cast<std::uint32_t>(character_start(text, at));
}

std::vector<run> runs_of_span(const document& d, const side& s, bool whole) {
  const std::string& text = s.field == field::title ? d.title : d.text;
  if (whole || s.where.size() <= 2 * shown_of_span + shown_of_span / 2) return {{seen(d, s, s.where)}};
  const std::uint32_t head = word_end_before(text, s.where.begin + shown_of_span);
  const std::uint32_t tail = word_begin_after(text, s.where.end - shown_of_span);
  return {{seen(d, s, {s.where.begin, head})}, {" […] ", dim}, {seen(d, s, {tail, s.where.end})}};
}

std::string share_of(const document& d, const side& s, std::string_view letter) {
  const double share = static_cast<double>(s.where.size()) / static_cast<double>(std::max<std::size_t>(1, d.text.size()));
  return decimal(std::max(1.0, std::round(share * 100))) + " % of " + std::string(letter);
}

void show_span(sheet& to, const passage& p, const document& a, const document& b) {
  to.blank();
  const std::string what = std::string(name(p.kind)) + ' ' + shown_score(p);
  const std::string shares = "  " + share_of(a, p.a, "│") + " · " + share_of(b, p.b, "┃");
  const run heading[] = {{what, style_of(p.kind)}, {shares, dim}};
  to.lines(heading, "", "  ");
  const std::string_view style = style_of(p.kind);
  const std::string rail_a = to.paint("│", style) + ' ', rail_b = to.paint("┃", style) + ' ';
  to.lines(runs_of_span(a, p.a, to.verbose()), rail_a, rail_a);
  if (seen(a, p.a, p.a.where) != seen(b, p.b, p.b.where)) to.lines(runs_of_span(b, p.b, to.verbose()), rail_b, rail_b);
  show_figures(to, p, a, b, "");
}

// ---- stories ----

// "≈1 =1" for each document of the group: the near and exact subgroups it is in.
std::vector<std::string> badges(const group& g) {
  std::vector<std::string> badge(g.documents.size());
  const auto add = [&](const subgroups& all, const char* sign) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const std::uint32_t d : all[i]) {
        const auto at = std::lower_bound(g.documents.begin(), g.documents.end(), d) - g.documents.begin();
        std::string& text = badge[static_cast<std::size_t>(at)];
        text.append(text.empty() ? "" : " ").append(sign).append(std::to_string(i + 1));
      }
    }
  };
  add(near_beyond_exact(g), "≈");
  add(g.exact, "=");
  return badge;
}

int widest(const std::vector<std::string>& texts) {
  int most = 0;
  for (const std::string& text : texts) most = std::max(most, columns(text));
  return most;
}

std::vector<std::string> ids_of(const clustering& found, const group& g) {
  std::vector<std::string> ids;
  for (const std::uint32_t d : g.documents) ids.push_back(clip(found.documents[d].id, 1 << 20));
  return ids;
}

void show_article(sheet& to, const document& d, bool representative, const std::string& badge, int badge_width, int id_width) {
  std::string opening = "   " + (representative ? to.paint("★", warning) : " ") + ' ';
  if (badge_width > 0) opening += to.paint(padded(clip(badge, badge_width), badge_width), warning) + ' ';
  std::string meta = d.source;
  if (!d.date.empty()) meta.append(meta.empty() ? "" : " · ").append(d.date);
  const std::string name = clip_middle(d.id, id_width), id = padded(name, id_width) + "  ";
  const int used = 5 + (badge_width > 0 ? badge_width + 1 : 0) + id_width + 2;
  const std::string rest = clip(meta, std::max(8, to.width() - used));
  to.line(rest.empty() ? name : rest, rest.empty() ? "" : dim, rest.empty() ? opening : opening + id);
  for (const std::string& w : d.warnings) to.line("! " + w, warning, "       ", "         ");
}

void show_links(sheet& to, const clustering& found, const std::vector<std::size_t>& links) {
  if (links.empty()) return;
  const std::size_t shown = to.verbose() ? links.size() : std::min(links.size(), evidence_shown);
  to.blank();
  for (const std::size_t i : std::span(links).first(shown)) to.line(in_words(found, found.links[i]), "", "   ", "     ");
  if (shown < links.size()) to.line("and " + counted(links.size() - shown, "more link", "more links"), dim, "   ");
}

void show_articles(sheet& to, const clustering& found, std::size_t number) {
  const group& g = found.groups[number];
  to.blank();
  to.line(heading(found, g), bold, padded(std::to_string(number), 2) + ' ', "   ");
  to.line(counted(g.documents.size(), "article", "articles") + " · cohesion " + bar(g.cohesion, 8, "▰", "▱") + ' ' +
              decimal(std::round(g.cohesion * 100) / 100),
          dim, "   ", "   ");
  const std::vector<std::string> badge = badges(g);
  const int badge_width = widest(badge), id_width = std::min(widest(ids_of(found, g)), to.width() / 2);
  for (std::size_t i = 0; i < g.documents.size(); ++i) {
    const std::uint32_t d = g.documents[i];
    show_article(to, found.documents[d], d == g.representative, badge[i], badge_width, id_width);
  }
}

void show_evidence(sheet& to, const clustering& found, const group& g, const std::vector<std::size_t>& passages) {
  const auto shown = to.verbose() ? passages : strongest(found, g, passages, evidence_shown);
  for (const std::size_t i : shown) {
    const passage& p = found.passages[i];
    show_passage(to, p, found.documents[p.a.document], found.documents[p.b.document], "   ", true);
  }
  if (shown.size() < passages.size()) {
    to.blank();
    to.line("and " + counted(passages.size() - shown.size(), "more passage", "more passages"), dim, "   ", "   ");
  }
}

// ---- what follows the stories ----

void show_legend(sheet& to, const clustering& found) {
  const totals n = count(found);
  if (n.groups == 0) return;
  std::string legend = "★ the article most like the others";
  if (n.near != 0) legend += " · ≈1 near-duplicates of one another";
  if (n.exact != 0) legend += " · =1 exact copies";
  to.blank();
  to.line(legend, dim);
  to.line("cohesion: how alike the articles are on average, 0 to 1", dim);
}

void show_alone(sheet& to, const clustering& found) {
  std::vector<std::uint32_t> alone;
  for (const group& g : found.groups) {
    if (g.documents.size() == 1) alone.push_back(g.documents.front());
  }
  if (alone.empty()) return;
  const std::size_t shown = to.verbose() ? alone.size() : std::min(alone.size(), alone_shown);
  to.blank();
  to.line("Alone (" + std::to_string(alone.size()) + ")", bold);
  std::string compact;
  for (std::size_t i = 0; i < shown; ++i) {
    const document& d = found.documents[alone[i]];
    if (to.verbose())
      to.line(d.id + (is_blank(d) ? " (empty)" : "  " + heading(d)), "", "   ", "      ");
    else
      compact.append(compact.empty() ? "" : ", ").append(d.id).append(is_blank(d) ? " (empty)" : "");
  }
  if (shown < alone.size()) compact += " and " + std::to_string(alone.size() - shown) + " more";
  if (!compact.empty()) to.line(compact, "", "   ", "   ");
}

// The strongest first, since in a large collection everything is a little related.
void show_related(sheet& to, const clustering& found) {
  if (found.related.empty()) return;
  std::vector<related_groups> strongest_first = found.related;
  std::stable_sort(strongest_first.begin(), strongest_first.end(),
                   [](const related_groups& x, const related_groups& y) { return x.score > y.score; });
  const std::size_t shown = to.verbose() ? found.related.size() : std::min(found.related.size(), related_shown);
  to.blank();
  to.line("Related", bold);
  const auto title = [&](std::uint32_t g) {
    const group& of = found.groups[g];
    return (of.documents.size() > 1 ? std::to_string(g) + ' ' : "alone: ") + heading(found, of);
  };
  for (const related_groups& r : std::span(strongest_first).first(shown)) {
    to.line(title(r.a) + " — " + title(r.b) + " (" + decimal(std::round(r.score * 100) / 100) + ")", "", "   ", "      ");
  }
  if (shown < found.related.size()) to.line("and " + std::to_string(found.related.size() - shown) + " more", dim, "   ");
}

void show_skipped(sheet& to, const clustering& found) {
  if (found.skipped.empty()) return;
  to.blank();
  to.line("Skipped (" + std::to_string(found.skipped.size()) + ")", bold);
  for (const skipped_input& s : found.skipped) to.line(s.input + ": " + s.reason, "", "   ", "      ");
}

// ---- two documents ----

// What is little is not nothing, and what is almost all is not all.
std::string percent(double share) {
  const double rounded = std::round((std::isfinite(share) ? share : 0) * 100);
  if (rounded == 0 && share > 0) return "<1 %";
  return rounded == 100 && share < 1 ? ">99 %" : decimal(rounded) + " %";
}

// Every cell of the bar goes to the class whose share covers its middle.
std::string share_bar(const sheet& to, const reuse& share, int length) {
  static constexpr std::array<std::string_view, 3> blocks = {"█", "▓", "▒"};
  const std::array<double, 3> until = {share.identical, share.identical + share.shared,
                                       share.identical + share.shared + share.paraphrased};
  std::string line;
  for (int i = 0; i < length; ++i) {
    const double middle = (i + 0.5) / length;
    const auto of = std::find_if(until.begin(), until.end(), [&](double u) { return middle < u; }) - until.begin();
    const auto kind = static_cast<std::size_t>(of);
    line += kind < blocks.size() ? to.paint(blocks[kind], class_styles[kind]) : to.paint("░", dim);
  }
  return line;
}

// Spans leave short and single sentences alone, so what is in none need not be unique.
void show_shares(sheet& to, const reuse& share, bool spans) {
  if (share.identical + share.shared + share.paraphrased + share.unique == 0) {
    to.line("no text", dim, "  ");
    return;
  }
  to.line("", "", "  " + share_bar(to, share, std::min(40, to.width() - 2)));
  to.line(percent(share.identical) + " identical █ · " + percent(share.shared) + " shared ▓ · " + percent(share.paraphrased) +
              " paraphrased ▒ · " + percent(share.unique) + (spans ? " in no span ░" : " unique ░"),
          dim, "  ", "  ");
}

void show_document(sheet& to, const document& d, std::string_view letter, const reuse& share, bool spans) {
  const std::string opening = to.paint(letter, bold) + ' ';
  std::string head = d.id;
  for (const std::string* part : {&d.source, &d.date}) head.append(part->empty() ? "" : " · ").append(*part);
  to.line(head, bold, opening, "  ");
  if (!is_blank(d)) to.line(heading(d), "", "  ", "  ");
  show_shares(to, share, spans);
  for (const std::string& w : d.warnings) to.line("! " + w, warning, "  ", "    ");
}

}  // namespace

std::string to_text(const clustering& found, const text_style& style) {
  sheet to(style);
  to.line(joined(headline(found), " · "), bold);
  const auto passages = passages_of_groups(found), links = links_of_groups(found);
  for (std::size_t g = 0; g < found.groups.size(); ++g) {
    if (found.groups[g].documents.size() < 2) continue;
    show_articles(to, found, g);
    show_evidence(to, found, found.groups[g], passages[g]);
    if (passages[g].empty()) show_links(to, found, links[g]);
  }
  show_legend(to, found);
  show_alone(to, found);
  show_related(to, found);
  show_skipped(to, found);
  return to.take();
}

std::string to_text(const comparison& found, const text_style& style) {
  sheet to(style);
  show_document(to, found.a, "│", found.share_a, found.whole_spans);
  to.blank();
  show_document(to, found.b, "┃", found.share_b, found.whole_spans);
  to.blank();
  to.line("Jaccard " + decimal(found.overlap.jaccard) + " · containment " + decimal(found.overlap.containment_a) + " and " +
          decimal(found.overlap.containment_b) + " · SimHash cosine " + decimal(found.simhash));
  to.line(found.whole_spans ? counted(found.passages.size(), "span of reuse", "spans of reuse")
                            : counted(found.passages.size(), "passage", "passages") + " in common",
          bold);
  if (found.whole_spans && found.passages.empty() && !is_blank(found.a) && !is_blank(found.b))
    to.line("no span of reuse; compare without --spans shows single sentences", dim);
  for (const passage& p : found.passages) {
    if (found.whole_spans) {
      show_span(to, p, p.a.document == 0 ? found.a : found.b, p.b.document == 0 ? found.a : found.b);
      continue;
    }
    show_passage(to, p, p.a.document == 0 ? found.a : found.b, p.b.document == 0 ? found.a : found.b, "", false);
  }
  return to.take();
}

}  // namespace retold
