// SPDX-License-Identifier: Apache-2.0
// Both results for a terminal. The plot stands on one axis: above, how likely a pair of that similarity is to be looked at;
// below, how many pairs there are.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "advise_join.hpp"
#include "counted.hpp"
#include "report_columns.hpp"
#include "report_escape.hpp"
#include "retold/advise.hpp"

namespace retold {
namespace {

using namespace rendering;

constexpr std::string_view bold = "1", dim = "2", mark = "33";
constexpr std::array<const char*, 9> eighths = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr int margin = 9;  // columns left of the plot
constexpr int bins = 20;   // of similarity
constexpr int curve_rows = 8, pair_rows = 4;

std::string printed(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string blanks(int count) { return std::string(static_cast<std::size_t>(std::max(0, count)), ' '); }
std::string right(const std::string& text, int width) { return blanks(width - columns(text)) + text; }
std::string left(const std::string& text, int width) { return text + blanks(width - columns(text)); }
std::string percent(double share) { return printed("%.0f %%", 100 * share); }

// "0.00012", "0.43", "3.2", "1,204"
std::string few_digits(double value) {
  if (value >= 99.5) return grouped(static_cast<std::uint64_t>(std::llround(value)));
  return value == 0 ? "0" : printed("%.2g", value);
}

std::string wrapped(std::string_view text, const text_style& style, std::string_view look = {}, std::string_view indent = {}) {
  std::string out;
  const run whole{text, look};
  append_wrapped(out, {&whole, 1}, std::max(40, style.width) - columns(indent), indent, indent, style.colour);
  return out;
}

// What a result says of where it comes from.
std::string told(const looked_at& seen) {
  std::string out = grouped(seen.sampled, "document", "documents");
  if (seen.sampled < seen.collection) out += " of " + grouped(seen.collection) + ", chosen by hash of their ids";
  if (seen.copies != 0) out += "; " + grouped(seen.copies, "copy", "copies") + " of others left out";
  if (seen.without_words != 0) out += "; " + grouped(seen.without_words) + " without words";
  if (seen.documents < seen.distinct())
    out += "; of the other " + grouped(seen.distinct()) + " only " + grouped(seen.documents) +
           " compared, as so many pairs are alike (--sample 0: all)";
  return out + '\n';
}

std::string nothing_to_compare(const looked_at& seen) {
  const std::string found = seen.documents == 0 ? "no words" : "one text alone";
  return found + ": there is nothing to compare" + (seen.sampled < seen.collection ? "; take a larger --sample\n" : "\n");
}

std::string too_few(const looked_at& seen, std::uint64_t pairs) {
  if (pairs >= 100) return {};
  const bool larger_helps = seen.sampled < seen.collection && seen.documents == seen.distinct();
  return larger_helps ? "so few pairs say little: take a larger --sample\n" : "so few pairs say little\n";
}

// ---- recall by similarity ----

std::string band_row(const std::string& name, const similarity_band& b) {
  const auto [low, high] = b.interval();
  const std::string line = "  " + left(name, 10) + right(grouped(b.pairs), 11) + right(grouped(b.found), 11);
  const bool none = b.pairs == 0;
  return line + right(none ? "-" : printed("%.4f", b.recall()), 9) +
         right(none ? "-" : printed("%.4f", low) + " – " + printed("%.4f", high), 18) +
         right(none ? "-" : printed("%.4f", b.theory()), 8) +
         right(b.squared_stated == 0 ? "-" : printed("%.2f", b.error_ratio()), 7);
}

std::string looking(const lsh_report& of) {
  const advise_options& o = of.options;
  const std::string how = o.sketch == sketch_kind::simhash
                              ? "simhash, 128 bits, distance " + std::to_string(of.distance)
                              : "minhash, " + std::to_string(o.slots) + " slots, " + std::to_string(of.bands.bands) +
                                    " bands of " + counted(of.bands.rows, "row", "rows");
  return o.shingle.name() + " · " + how + " · threshold " + decimal(o.threshold) + '\n';
}

// ---- the plot ----

// A bar of a height from 0 to `rows`, in the row counted from above.
const char* piece(double height, int row, int rows) {
  const double here = (height - (rows - 1 - row)) * 8;
  return eighths[static_cast<std::size_t>(std::clamp(std::lround(here), 0L, 8L))];
}

class plot {
 public:
  plot(const advice& of, const text_style& style)
      : of_(of), colour_(style.colour), cells_(std::clamp((style.width - margin - 1) / bins, 1, 4)) {
    limit_ = static_cast<int>(std::lround(of.options.threshold * bins * cells_));
  }

  std::string text() {
    const banding_choice& chosen = of_.choices[of_.chosen];
    const int width = bins * cells_;
    for (int row = 0; row < curve_rows; ++row) {
      const std::string label = row == 0 ? "100 %" : row == curve_rows / 2 ? "50 %" : "";
      line(label, width,
           [&](int x) { return piece(curve_rows * chosen.bands.probability((x + 0.5) / width), row, curve_rows); });
    }
    axis();
    const std::uint64_t most = *std::max_element(of_.pairs.begin(), of_.pairs.end());
    const std::size_t first = bins - of_.pairs.size();
    for (int row = 0; row < pair_rows; ++row)
      line(row == 0 ? grouped(most) : "", width, [&](int x) {
        const auto bin = static_cast<std::size_t>(x / cells_);
        if (bin < first) return row == pair_rows - 1 ? "·" : " ";
        const double height =
            pair_rows * static_cast<double>(of_.pairs[bin - first]) / static_cast<double>(std::max<std::uint64_t>(1, most));
        return of_.pairs[bin - first] != 0 && row == pair_rows - 1 ? piece(std::max(height, 0.125), row, pair_rows)
                                                                   : piece(height, row, pair_rows);
      });
    out_ += blanks(margin) + "└" + repeated("─", width) + '\n';
    return std::move(out_);
  }

 private:
  static std::string repeated(const char* what, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += what;
    return out;
  }

  // What lies below the threshold is dim.
  template <class Cell>
  void line(const std::string& label, int width, const Cell& cell) {
    std::string below, above;
    for (int x = 0; x < width; ++x) (x < limit_ ? below : above) += cell(x);
    out_ += right(label, margin - 1) + " │" + styled(below, dim, colour_) + styled(above, mark, colour_) + '\n';
  }

  void axis() {
    std::string numbers;
    for (int tenth = 0; tenth <= 10; tenth += 2) {
      const std::string number = tenth == 10 ? "1" : "0." + std::to_string(tenth);
      numbers += blanks(tenth * 2 * cells_ - columns(numbers) - (tenth == 10)) + (tenth == 0 ? "0" : number);
    }
    std::string rule = repeated("─", bins * cells_);
    const int at = std::min(limit_, bins * cells_ - 1);
    rule.replace(static_cast<std::size_t>(at) * 3, 3, "┼");  // box-drawing characters have three bytes each
    out_ += blanks(margin) + "├" + rule + '\n' + blanks(margin + 1) + numbers + '\n';
  }

  const advice& of_;
  bool colour_;
  int cells_, limit_ = 0;
  std::string out_;
};

// ---- the advice ----

std::uint64_t pairs_in_all(const advice& of) { return std::accumulate(of.pairs.begin(), of.pairs.end(), std::uint64_t{0}); }

// Each of a document's like is in the sample as seldom as it is small. Nothing is scaled up: who has one like has many or few.
std::string within_sample(const looked_at& seen) {
  const bool part = seen.sampled < seen.collection || seen.documents < seen.distinct();
  return part ? " (within the sample; in the whole collection it can only be more)" : "";
}

// How many documents have one that is at least so alike.
std::string likeness(const advice& of, const text_style& style) {
  std::uint64_t near = 0;
  std::string shares;
  const std::size_t first = bins - of.nearest.size();
  for (std::size_t bin = bins; bin-- > first;) {
    near += of.nearest[bin - first];
    if (bin % 2 != 0) continue;
    const double share = static_cast<double>(near) / static_cast<double>(of.seen.documents);
    shares = decimal(static_cast<double>(bin) / bins) + ": " + percent(share) + (shares.empty() ? "" : " · ") + shares;
  }
  return grouped(pairs_in_all(of), "pair", "pairs") + " at " + decimal(of.from) + " or above\n" +
         wrapped("documents with one at least so alike: " + shares + within_sample(of.seen), style);
}

std::string why_threshold(const advice& of) {
  const std::string here = "threshold " + decimal(of.options.threshold) + ": ";
  if (!of.options.choose_threshold) return here + "as asked for";
  const std::string pairs = grouped(pairs_in_all(of), "pair", "pairs");
  if (of.valley != 0) return here + "few of the " + pairs + " lie there, between versions and strangers";
  if (pairs_in_all(of) < enough_pairs)
    return here + "customary; too few pairs (" + grouped(pairs_in_all(of)) + ") to choose one by";
  return here + "customary; the similarities have no valley between versions and strangers to put it in";
}

std::string why_shingle(const advice& of) {
  const std::string here = of.options.shingle.name() + ": half of the documents have fewer than " +
                           counted(of.median_words + std::uint64_t{1}, "word", "words");
  if (of.options.choose_shingle && of.options.shingle.unit == shingle_unit::character)
    return here + "; in so few, one that is changed costs too many runs of words";
  return here;
}

std::string choice_row(const banding_choice& c, bool chosen, bool any_wanted) {
  return std::string(chosen ? "▶ " : "  ") + right(std::to_string(c.slots), 5) +
         right(std::to_string(c.bands.bands) + " × " + std::to_string(c.bands.rows), 12) +
         right(any_wanted ? printed("%.4f", c.recall) : "-", 10) + right(printed("%.4f", c.recall_at), 14) +
         right(few_digits(c.comparisons), 13) + right(few_digits(c.false_candidates), 11) + right(grouped(c.bytes), 9) + '\n';
}

std::string choice_table(const advice& of, const text_style& style) {
  std::string out =
      styled("  slots bands × rows    recall  at threshold  comparisons  false ones    bytes", dim, style.colour) + '\n';
  for (std::size_t i = 0; i < of.choices.size(); ++i)
    out += choice_row(of.choices[i], of.choices.size() > 1 && i == of.chosen, of.wanted != 0);
  return out + wrapped(
                   "recall: of the pairs at the threshold or above, as similar as they are here; comparisons, bytes: for each "
                   "document",
                   style, dim, "  ");
}

}  // namespace

std::string to_text(const lsh_report& of, const text_style& style) {
  if (of.seen.documents < 2) return wrapped(told(of.seen), style) + nothing_to_compare(of.seen);
  std::string out = wrapped(told(of.seen), style) + wrapped(looking(of), style) + '\n';
  const bool simhash = of.options.sketch == sketch_kind::simhash;
  out += styled("  " + left("similarity", 10) + right("pairs", 11) + right("found", 11) + right("recall", 9) +
                    right("95 % interval", 18) + right("theory", 8) + right("error", 7),
                dim, style.colour) +
         '\n';
  for (const similarity_band& b : of.by_similarity) out += band_row(decimal(b.from) + " – " + decimal(b.to), b) + '\n';
  out += styled(band_row("≥ " + decimal(of.wanted.from), of.wanted), bold, style.colour) + '\n';
  out += wrapped(std::string("error: of the estimated ") + (simhash ? "cosine" : "similarity") +
                     ", root mean square, by the standard error stated",
                 style, dim, "  ");
  out += '\n' + grouped(of.candidates, "pair", "pairs") + " to compare";
  out +=
      ", " + few_digits(static_cast<double>(of.candidates) / static_cast<double>(of.seen.documents)) + " for each document\n";
  std::uint64_t led = 0;
  for (const similarity_band& b : of.by_similarity) led += b.led;
  if (of.hot_buckets != 0)
    out += wrapped(grouped(of.hot_buckets, "bucket", "buckets") + " of more than 64, compared with leaders only: for that " +
                       grouped(led, "pair is", "pairs are") + " not found, " + grouped(of.wanted.led) +
                       " at the threshold or above",
                   style);
  return out + too_few(of.seen, of.wanted.pairs);
}

std::string to_text(const advice& of, const text_style& style) {
  if (of.choices.empty()) return wrapped(told(of.seen), style) + nothing_to_compare(of.seen);
  std::string out = wrapped(told(of.seen), style) + likeness(of, style);
  out += '\n' + left("found", margin + 1) +
         styled("how likely a pair is to be looked at, by its similarity", dim, style.colour) + '\n';
  out += plot(of, style).text();
  out += left("pairs", margin + 1) + styled("of that similarity", dim, style.colour) + "\n\n";
  for (const std::string& reason : {why_threshold(of), why_shingle(of)}) out += wrapped(reason, style);
  out += grouped(of.wanted, "pair", "pairs") + " at the threshold or above\n" + too_few(of.seen, of.wanted);
  return out + '\n' + choice_table(of, style);
}

}  // namespace retold
