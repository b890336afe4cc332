// SPDX-License-Identifier: Apache-2.0
// The page: a shell with everything a reader needs without JavaScript (stories, articles, strongest passages), the data, and
// the script that replaces the shell's list by the full view. The one place that writes markup; all text passes append_html.
#include <algorithm>

#include "counted.hpp"
#include "report_escape.hpp"
#include "report_outline.hpp"
#include "report_page.hpp"
#include "retold/report.hpp"
#include "retold/version.hpp"

namespace retold {
namespace {

using namespace rendering;

constexpr std::size_t evidence_shown = 3;

// Markup with text in it: `markup` is ours, `text` is anybody's.
class html_writer {
 public:
  html_writer& markup(std::string_view ours) {
    out_ += ours;
    return *this;
  }
  html_writer& text(std::string_view theirs) {
    append_html(out_, theirs);
    return *this;
  }
  html_writer& element(std::string_view opening, std::string_view theirs, std::string_view closing) {
    return markup(opening).text(theirs).markup(closing);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void open_page(html_writer& out, std::string_view title) {
  out.markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
  out.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; ");
  out.markup("script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n");
  out.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  out.markup("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"retold ");
  out.text(version).markup("\">\n").element("<title>", title, "</title>\n");
  out.markup("<style>\n").markup(page_style).markup("</style>\n</head>\n<body>\n");
}

void close_page(html_writer& out, const std::string& data) {
  out.markup("<script type=\"application/json\" id=\"data\">").markup(data).markup("</script>\n");
  out.markup("<script>\n").markup(page_sides).markup(page_stories).markup("</script>\n</body>\n</html>\n");
}

void write_article(html_writer& out, const document& d, bool representative) {
  out.markup("<li>").element("<span class=\"id\" dir=\"auto\">", d.id, "</span>");
  if (representative) out.markup(" <span class=\"star\" title=\"most like the others\">★</span>");
  if (!d.source.empty()) out.element(" <span class=\"dim\" dir=\"auto\">", d.source, "</span>");
  if (!d.date.empty()) out.element(" <span class=\"dim\">", d.date, "</span>");
  out.element("<br><span dir=\"auto\">", is_blank(d) ? "(empty)" : heading(d), "</span>");
  for (const std::string& warning : d.warnings) out.element("<br><span class=\"warning\">", warning, "</span>");
  out.markup("</li>\n");
}

void write_passage(html_writer& out, const passage& p, const document& a, const document& b) {
  out.markup("<li>").element("<span class=\"dim\">", name(p.kind), " ").text(shown_score(p)).markup(" · ");
  out.text(a.id).markup(" · ").text(b.id).markup("</span>");
  out.markup("<blockquote dir=\"auto\" class=\"c-")
      .markup(name(p.kind))
      .element("\">", seen(a, p.a, p.a.where), "</blockquote>");
  out.markup("<blockquote dir=\"auto\" class=\"c-")
      .markup(name(p.kind))
      .element("\">", seen(b, p.b, p.b.where), "</blockquote>");
  if (!p.conflicts.empty()) out.element("<strong>figures differ: ", conflicting_figures(p, a, b), "</strong>");
  out.markup("</li>\n");
}

void write_story(html_writer& out, const clustering& found, std::size_t number, const std::vector<std::size_t>& passages,
                 const std::vector<std::size_t>& links) {
  const group& g = found.groups[number];
  out.markup("<details open><summary>").text(std::to_string(number));
  out.element(" <bdi>", heading(found, g), "</bdi> <span class=\"dim\">");
  out.text(counted(g.documents.size(), "article", "articles")).markup("</span></summary>\n<ul>\n");
  for (const std::uint32_t d : g.documents) write_article(out, found.documents[d], d == g.representative);
  out.markup("</ul>\n<ul>\n");
  for (const std::size_t i : strongest(found, g, passages, evidence_shown)) {
    const passage& p = found.passages[i];
    write_passage(out, p, found.documents[p.a.document], found.documents[p.b.document]);
  }
  for (std::size_t i = 0; passages.empty() && i < std::min(links.size(), evidence_shown); ++i) {
    out.element("<li dir=\"auto\">", in_words(found, found.links[links[i]]), "</li>\n");
  }
  out.markup("</ul></details>\n");
}

void write_alone(html_writer& out, const clustering& found) {
  const std::size_t alone = count(found).alone;
  if (alone == 0) return;
  out.element("<details><summary>", counted(alone, "article", "articles"), " alone</summary>\n<ul>\n");
  for (const group& g : found.groups) {
    if (g.documents.size() == 1) write_article(out, found.documents[g.documents.front()], false);
  }
  out.markup("</ul></details>\n");
}

// The list that stands there until the script takes over, and stays where there is none.
void write_list(html_writer& out, const clustering& found) {
  const auto passages = passages_of_groups(found), links = links_of_groups(found);
  out.markup("<main id=\"plain\">\n");
  for (std::size_t g = 0; g < found.groups.size(); ++g) {
    if (found.groups[g].documents.size() > 1) write_story(out, found, g, passages[g], links[g]);
  }
  write_alone(out, found);
  if (!found.related.empty()) out.markup("<details><summary>Related</summary>\n<ul>\n");
  for (const related_groups& r : found.related) {
    out.element("<li><bdi>", heading(found, found.groups[r.a]), "</bdi> — ");
    out.element("<bdi>", heading(found, found.groups[r.b]), "</bdi> ");
    out.element("<span class=\"dim\">", decimal(r.score), "</span></li>\n");
  }
  out.markup(found.related.empty() ? "</main>\n" : "</ul></details>\n</main>\n");
}

void write_skipped(html_writer& out, const clustering& found) {
  if (found.skipped.empty()) return;
  out.markup("<details class=\"notes\"><summary>").text(counted(found.skipped.size(), "input", "inputs"));
  out.markup(" skipped</summary>\n<ul>\n");
  for (const skipped_input& s : found.skipped) {
    out.element("<li><span class=\"id\">", s.input, "</span> ").element("<span class=\"dim\">", s.reason, "</span></li>\n");
  }
  out.markup("</ul></details>\n");
}

void write_warnings(html_writer& out, const clustering& found) {
  const auto odd = [](const document& d) { return !d.warnings.empty(); };
  const auto number = std::count_if(found.documents.begin(), found.documents.end(), odd);
  if (number == 0) return;
  out.markup("<details class=\"notes\"><summary>").text(counted(static_cast<std::size_t>(number), "input", "inputs"));
  out.markup(" with warnings</summary>\n<ul>\n");
  for (const document& d : found.documents) {
    for (const std::string& w : d.warnings) {
      out.element("<li><span class=\"id\">", d.id, "</span> ").element("<span class=\"dim\">", w, "</span></li>\n");
    }
  }
  out.markup("</ul></details>\n");
}

void write_footer(html_writer& out, const clustering& found) {
  out.markup("<footer>\n");
  write_skipped(out, found);
  write_warnings(out, found);
  out.element("<p>retold ", version, " · level ").text(name(found.level));
  for (const auto& [option, value] : found.options) out.markup(" · ").text(option).markup(" ").text(value);
  out.markup("</p>\n</footer>\n");
}

void write_header(html_writer& out, const std::vector<std::string>& counts) {
  out.markup("<header id=\"head\">\n<h1>retold</h1>\n<ul class=\"counts\">");
  for (const std::string& part : counts) {
    const std::size_t number = part.find(' ');
    out.element("<li><b>", part.substr(0, number), "</b>").text(std::string_view(part).substr(number)).markup("</li>");
  }
  out.markup("</ul>\n</header>\n");
}

}  // namespace

std::string to_html(const clustering& found) {
  html_writer out;
  open_page(out, "retold: " + count_groups(found.level, count(found).groups));
  write_header(out, headline(found));
  write_list(out, found);
  write_footer(out, found);
  close_page(out, page_data(found));
  return out.take();
}

std::string to_html(const comparison& found) {
  html_writer out;
  open_page(out, "retold: " + found.a.id + " and " + found.b.id);
  write_header(out, {found.whole_spans ? counted(found.passages.size(), "span of reuse", "spans of reuse")
                                       : counted(found.passages.size(), "passage", "passages") + " in common"});
  out.markup("<main id=\"plain\">\n<ul>\n");
  write_article(out, found.a, false);
  write_article(out, found.b, false);
  out.markup("</ul>\n<ul>\n");
  for (const passage& p : found.passages) {
    write_passage(out, p, p.a.document == 0 ? found.a : found.b, p.b.document == 0 ? found.a : found.b);
  }
  out.element("</ul>\n</main>\n<footer><p>retold ", version, "</p></footer>\n");
  close_page(out, page_data(found));
  return out.take();
}

}  // namespace retold
