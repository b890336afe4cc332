// SPDX-License-Identifier: Apache-2.0
// Reading: digits and separators of one token or of a few side by side, then what stands around them says of what kind they
// are. Conflicts: figures without an equal on the other side meet by the words around them, closest first.
#include "align_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <tuple>

#include "align_numbers.hpp"
#include "utf8.hpp"

namespace retold::alignment {
namespace {

constexpr std::array percent_after{"%",         "\u066A",     "percent",   "per cent",  "prozent", "procent",
                                   "pour cent", "por ciento", "por cento", "per cento", "процент", "パーセント"};
constexpr std::array currency_signs{"€", "$", "£", "¥", "₽", "₹", "₩", "₺", "₴", "₫", "₪", "฿"};
constexpr std::array currency_words{"euro",  "euros",  "eur",  "dollar", "dollars", "dolares", "usd",   "gbp",
                                    "pound", "pounds", "yen",  "yuan",   "евро",    "йен",     "юаней", "元",
                                    "円",    "欧元",   "美元", "ユーロ", "ドル",    "يورو",    "دولار"};
constexpr std::array currency_beginnings{"рубл", "долл"};
constexpr std::array small_words{"de", "d", "di"};
constexpr std::array connectors{"and", "und", "et", "y"};
constexpr std::array percent_beginnings{"per", "pour", "por"};  // per cent
constexpr std::array time_words{"uhr", "h", "pm", "時", "时", "点"};

constexpr std::uint32_t reach = 4;
constexpr double distance_cost = 0.35, shift_cost = 0.3;

// A table is no statement: of a longer list of figures only the beginning is compared.
constexpr std::size_t most_figures = 256;

template <class List>
bool is_one_of(std::string_view text, const List& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}
template <class List>
bool starts_with_one_of(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view each) { return text.starts_with(each); });
}
template <class List>
bool ends_with_one_of(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view each) { return text.ends_with(each); });
}

template <std::size_t Size>
double value_in(const named_number (&list)[Size], std::string_view word) {  // 0: none
  const auto at = std::find_if(std::begin(list), std::end(list), [&](const named_number& n) { return n.word == word; });
  return at == std::end(list) ? 0 : at->value;
}

double scale_of(std::string_view word) {
  if (const double factor = value_in(scale_words, word); factor > 0) return factor;
  for (const named_number& n : scale_beginnings) {
    if (word.starts_with(n.word)) return n.value;
  }
  return 0;
}

// The length of a currency sign at the end (beginning) of a text, with one space between them; 0: none.
std::size_t sign_at_end(std::string_view text) {
  const std::size_t space = text.ends_with(' ');
  text.remove_suffix(space);
  for (const std::string_view sign : currency_signs) {
    if (text.ends_with(sign)) return sign.size() + space;
  }
  return 0;
}
std::size_t sign_at_begin(std::string_view text) {
  const std::size_t space = text.starts_with(' ');
  text.remove_prefix(space);
  for (const std::string_view sign : currency_signs) {
    if (text.starts_with(sign)) return sign.size() + space;
  }
  return 0;
}

// One token taken apart: 1,234.5km = {"1", "234", "5"}, ",.", "km". Digits are ASCII, whatever they were.
struct numeral {
  std::vector<std::string> groups;
  std::string separators;
  std::string_view suffix;
  bool plain() const { return groups.size() == 1 && suffix.empty(); }
};

numeral take_apart(std::string_view key) {
  numeral made;
  bool fresh = true;
  for (std::size_t at = 0; at < key.size();) {
    const std::size_t before = at;
    const char32_t point = next_code_point(key, at);
    const int digit = digit_value(point);
    if (digit >= 0) {
      if (fresh) made.groups.emplace_back();
      made.groups.back() += static_cast<char>('0' + digit);
      fresh = false;
    } else if (!fresh && (point == '.' || point == ',' || point == 0x66B || point == 0x66C)) {
      made.separators += point == 0x66B ? '.' : point == 0x66C ? ',' : static_cast<char>(point);
      fresh = true;
    } else {
      made.suffix = key.substr(before);
      break;
    }
  }
  return made;
}

bool are_thousands(const std::vector<std::string>& groups, std::size_t count, char separator) {
  if (groups[0].size() > 3 || groups[0] == "0" || groups[count - 1].size() != 3) return false;
  return std::all_of(groups.begin() + 1, groups.begin() + static_cast<std::ptrdiff_t>(count), [&](const std::string& g) {
    return g.size() == 3 || (separator == ',' && g.size() == 2);  // 1,23,456 in India
  });
}

// Whole digits and, after the point, decimals.
struct decimal {
  std::string whole, fraction;
};

std::optional<decimal> read_decimal(const numeral& n) {
  const std::size_t count = n.groups.size();
  const auto joined = [&](std::size_t upto) {
    std::string all;
    for (std::size_t g = 0; g < upto; ++g) all += n.groups[g];
    return all;
  };
  if (count == 1) return decimal{n.groups[0], {}};
  const char last = n.separators.back();
  const bool uniform = n.separators.find_first_not_of(last) == std::string::npos;
  if (uniform && are_thousands(n.groups, count, last)) return decimal{joined(count), {}};
  if (count == 2) return decimal{n.groups[0], n.groups[1]};
  const char first = n.separators.front();
  const bool mixed = n.separators.find(last) == n.separators.size() - 1;
  if (mixed && are_thousands(n.groups, count - 1, first)) return decimal{joined(count - 1), n.groups.back()};
  return std::nullopt;
}

double value_of(const decimal& d) {
  double value = 0, unit = 1;
  for (const char c : d.whole) value = value * 10 + (c - '0');
  for (const char c : d.fraction) value = value * 10 + (c - '0'), unit *= 10;
  return value / unit;
}

unsigned significant_digits(const decimal& d) {
  const std::string all = d.whole + d.fraction;
  const std::size_t begin = all.find_first_not_of('0');
  if (begin == std::string::npos) return 1;
  return static_cast<unsigned>(all.find_last_not_of('0') - begin + 1);
}

// Puts the next word of a number in words to those before. False: they make no number.
bool add_word(double& value, double word) {
  const double rest = std::fmod(value, 100), unit = std::fmod(value, 10);
  if (value == 0 || (value >= 100 && rest == 0 && word < 100))
    value += word;
  else if (word == 100 && value <= 20)
    value *= 100;
  else if (word == 20 && rest == 4)
    value += 76;  // quatre-vingts
  else if (rest >= 20 && unit == 0 && word < (rest == 60 || rest == 80 ? 20 : 10))
    value += word;  // twenty-five, soixante-quinze
  else
    return false;
  return true;
}

class figure_reader {
 public:
  figure_reader(const statement& in, const lexicon& words) : in_(in), words_(words) {}

  std::vector<figure> read() {
    std::vector<figure> found;
    for (std::uint32_t i = 0; i < in_.tokens.size();) {
      std::uint32_t next = i + 1;
      if (const auto made = read_at(i, next)) {
        found.push_back(*made);
        next = made->end;
      }
      i = next;
    }
    return found;
  }

 private:
  std::string_view key(std::uint32_t i) const {
    return i < in_.tokens.size() ? words_[in_.tokens[i].type].key : std::string_view();
  }
  std::string_view before(std::uint32_t i) const { return in_.folded.substr(0, in_.tokens[i].folded.begin); }
  std::string_view after(std::uint32_t i) const {  // without one space
    std::string_view rest = in_.folded.substr(in_.tokens[i].folded.end);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    return rest;
  }
  std::string_view gap(std::uint32_t i) const {  // between tokens i and i + 1
    if (i + 1 >= in_.tokens.size() || in_.tokens[i].folded.end > in_.tokens[i + 1].folded.begin) return "\n";
    return in_.folded.substr(in_.tokens[i].folded.end, in_.tokens[i + 1].folded.begin - in_.tokens[i].folded.end);
  }

  bool is_numeral(std::uint32_t i) const {
    std::size_t at = 0;
    return !key(i).empty() && words_[in_.tokens[i].type].digit && digit_value(next_code_point(key(i), at)) >= 0;
  }

  // A letter and a hyphen before it: F-16.
  bool belongs_to_name(std::uint32_t i) const {
    std::string_view text = before(i);
    if (text.ends_with("\u2010"))
      text.remove_suffix(3);
    else if (text.ends_with('-'))
      text.remove_suffix(1);
    else
      return false;
    return i > 0 && in_.tokens[i - 1].folded.end == text.size() && !is_numeral(i - 1);
  }

  // 9/11, 24/7: dates, shares, names.
  bool is_beside_slash(std::uint32_t i) const {
    return (before(i).ends_with('/') && i > 0 && is_numeral(i - 1)) || (gap(i) == "/" && is_numeral(i + 1));
  }

  bool is_fraction(std::uint32_t i) const {  // .20
    const std::string_view text = before(i);
    if (!text.ends_with('.')) return false;
    return text.size() == 1 || text[text.size() - 2] == ' ' || text[text.size() - 2] == '(';
  }

  // alert(1)
  bool is_argument(std::uint32_t i) const {
    const std::string_view text = before(i);
    if (!text.ends_with('(') || text.size() < 2 || !in_.folded.substr(in_.tokens[i].folded.end).starts_with(')')) return false;
    return text[text.size() - 2] >= 'a' && text[text.size() - 2] <= 'z';
  }

  // Nothing, a space or a hyphen between tokens i and i + 1.
  bool goes_on(std::uint32_t i) const {
    const std::string_view between = gap(i);
    return between.empty() || between == " " || between == "-" || between == "\u2010";
  }

  std::optional<figure> finish(figure made) const {
    made.end = std::max(made.end, made.last);
    made.where = {in_.tokens[made.first].where.begin, in_.tokens[made.end - 1].where.end};
    if (in_.origin == nullptr || made.kind != figure_kind::currency) return made;
    const std::uint32_t begin = in_.tokens[made.first].folded.begin, end = in_.tokens[made.end - 1].folded.end;
    const auto left = static_cast<std::uint32_t>(sign_at_end(in_.folded.substr(0, begin)));
    const auto right = static_cast<std::uint32_t>(sign_at_begin(in_.folded.substr(end)));
    if (left > 0) made.where.begin = in_.origin->to_source({begin - left, begin}).begin;
    if (right > 0 && left == 0) made.where.end = in_.origin->to_source({end, end + right}).end;
    return made;
  }

  static std::optional<double> clock(std::string_view hours, std::string_view minutes) {
    if (hours.size() > 2 || minutes.size() > 2) return std::nullopt;
    const double h = value_of({std::string(hours), {}}), m = value_of({std::string(minutes), {}});
    return h <= 24 && m < 60 ? std::optional(h * 60 + m) : std::nullopt;
  }

  std::optional<figure> read_clock(std::uint32_t i, const numeral& n) const;
  void join_thousands(figure& made, numeral& n) const;
  void multiply(figure& made, const numeral& n) const;
  figure_kind kind_of(const figure& made, const numeral& n) const;
  bool is_currency(const figure& made) const;
  figure complete(figure made, const numeral& n) const;
  std::optional<figure> read_words(std::uint32_t i, std::uint32_t& next) const;
  std::optional<figure> read_at(std::uint32_t i, std::uint32_t& next) const;

  const statement& in_;
  const lexicon& words_;
};

// 20:30 · 20h30 · 20 h 30 · 20 h · 8 Uhr · 8.30 Uhr
std::optional<figure> figure_reader::read_clock(std::uint32_t i, const numeral& n) const {
  figure made{figure_kind::time, 0, 2, i, i + 1, {}};
  std::optional<double> minutes;
  const auto two_digits = [&](std::uint32_t k) { return is_numeral(k) && take_apart(key(k)).plain() && key(k).size() == 2; };
  if (n.plain() && gap(i) == ":" && two_digits(i + 1)) {
    minutes = clock(n.groups[0], key(i + 1));
    made.last = i + 2;
  } else if (n.groups.size() == 1 && n.suffix.starts_with('h') &&
             n.suffix.find_first_not_of("0123456789", 1) == n.suffix.npos) {
    minutes = clock(n.groups[0], n.suffix.substr(1));
  } else if (n.plain() && key(i + 1) == "h" && gap(i) == " " && two_digits(i + 2)) {
    minutes = clock(n.groups[0], key(i + 2));
    made.last = i + 3;
  } else if (n.suffix.empty() && n.groups.size() <= 2 && is_one_of(key(i + 1), time_words)) {
    minutes = clock(n.groups[0], n.groups.size() == 2 ? std::string_view(n.groups[1]) : std::string_view());
  }
  if (!minutes) return std::nullopt;
  made.value = *minutes;
  return finish(made);
}

void figure_reader::join_thousands(figure& made, numeral& n) const {
  if (!n.plain() || n.groups[0].size() > 3 || n.groups[0] == "0") return;
  while (n.suffix.empty() && is_numeral(made.last)) {
    const std::string_view between = gap(made.last - 1);
    if (between != " " && between != "'" && between != "\u2019") return;
    const numeral next = take_apart(key(made.last));
    if (next.groups[0].size() != 3 || next.groups.size() > 2) return;
    n.groups[0] += next.groups[0];
    n.suffix = next.suffix;
    ++made.last;
    if (next.groups.size() == 1) continue;
    n.groups.push_back(next.groups[1]);
    n.separators.assign(1, '~');  // a decimal point for certain
    return;
  }
}

// 18 million · 18bn · 18 mil millones · £18m · 18 M€ · 5万
void figure_reader::multiply(figure& made, const numeral& n) const {
  const auto take = [&](double factor) {
    made.value *= factor > 0 ? factor : 1;
    made.scaled |= factor > 0;
    return factor > 0;
  };
  const bool signed_before = sign_at_end(before(made.first)) > 0;
  if (!n.suffix.empty()) {
    const bool money = signed_before || sign_at_begin(in_.folded.substr(in_.tokens[made.end - 1].folded.end)) > 0;
    take(std::max(scale_of(n.suffix), money ? value_in(money_scales, n.suffix) : 0));
    return;
  }
  for (int words = 0; words < 2 && goes_on(made.end - 1) && take(scale_of(key(made.end))); ++words) ++made.end;
  if (made.scaled || !goes_on(made.end - 1)) return;
  const bool money = signed_before || sign_at_begin(in_.folded.substr(in_.tokens[made.end].folded.end)) > 0;
  if (money && take(value_in(money_scales, key(made.end)))) ++made.end;
}

bool figure_reader::is_currency(const figure& made) const {
  const std::uint32_t next = made.end + (made.scaled && is_one_of(key(made.end), small_words));
  return sign_at_end(before(made.first)) > 0 || starts_with_one_of(after(next - 1), currency_signs) ||
         is_one_of(key(next), currency_words) || starts_with_one_of(key(next), currency_beginnings);
}

figure_kind figure_reader::kind_of(const figure& made, const numeral& n) const {
  if (starts_with_one_of(after(made.end - 1), percent_after) || before(made.first).ends_with("百分之"))
    return figure_kind::percent;
  if (is_currency(made)) return figure_kind::currency;
  const bool year = made.end == made.first + 1 && n.groups.size() == 1 && n.groups[0].size() == 4 && made.value >= 1500 &&
                    made.value < 2100 && (n.suffix.empty() || n.suffix == "s" || n.suffix == "er");
  return year ? figure_kind::year : figure_kind::number;
}

// What stands behind a number: scale, unit.
figure figure_reader::complete(figure made, const numeral& n) const {
  made.end = made.last;
  multiply(made, n);
  made.kind = kind_of(made, n);
  const bool alone = made.end == in_.tokens.size() || !goes_on(made.end - 1) || is_numeral(made.end);
  made.bare = made.kind == figure_kind::number && alone && n.suffix.empty();
  return made;
}

// two hundred and fifty · vingt-cinq · treinta y cinco. All of the words make one number, or none.
std::optional<figure> figure_reader::read_words(std::uint32_t i, std::uint32_t& next) const {
  figure made{figure_kind::number, 0, 0, i, i, {}};
  bool sound = i == 0 || !goes_on(i - 1) || !(is_numeral(i - 1) || is_one_of(key(i - 1), percent_beginnings));
  for (std::uint32_t at = i;;) {
    const double word = value_in(number_words, key(at));
    if (word == 0) break;
    sound = sound && add_word(made.value, word);
    made.last = next = at + 1;
    if (!goes_on(at)) break;
    at = is_one_of(key(at + 1), connectors) && goes_on(at + 1) ? at + 2 : at + 1;
  }
  if (made.last == i || !sound) return std::nullopt;
  made.digits = significant_digits({std::to_string(static_cast<int>(made.value)), {}});
  return finish(complete(made, {}));
}

std::optional<figure> figure_reader::read_at(std::uint32_t i, std::uint32_t& next) const {
  if (!is_numeral(i)) return read_words(i, next);
  if (belongs_to_name(i) || is_beside_slash(i) || is_argument(i)) return std::nullopt;
  numeral n = take_apart(key(i));
  if (auto time = read_clock(i, n)) return time;
  figure made{figure_kind::number, 0, 0, i, i + 1, {}};
  join_thousands(made, n);
  std::optional<decimal> number = n.separators == "~" ? decimal{n.groups[0], n.groups[1]} : read_decimal(n);
  if (!number) return std::nullopt;
  if (n.groups.size() == 1 && is_fraction(i)) number = decimal{"", n.groups[0]};
  made.value = value_of(*number);
  made.digits = significant_digits(*number);
  return finish(complete(made, n));
}

bool is_exact(figure_kind kind) { return kind == figure_kind::time || kind == figure_kind::year; }

// Whether one of two figures may stand for thousands or millions without saying so.
bool may_lack_scale(const figure& a, const figure& b) {
  if (a.scaled == b.scaled) return !a.scaled;
  const figure& plain = a.scaled ? b : a;
  return plain.bare && plain.value < 1000;
}

double nearness(std::uint32_t d, std::uint32_t e) {
  const double shift = d > e ? d - e : e - d;
  return 1 / (1 + distance_cost * (d - 1) + distance_cost * (e - 1) + shift_cost * shift);
}

double similarity_in(const lexicon& words, std::uint32_t a, std::uint32_t b) {
  for (const similar_word& like : words.similar(a)) {
    if (like.type == b) return like.similarity;
  }
  return 0;
}

struct neighbour_match {
  double value;
  std::uint32_t d, e;
};

// One-to-one, best first, over the matches of words d places from a's figure with words e places from b's.
double sum_of_best(std::vector<neighbour_match> matches) {
  std::sort(matches.begin(), matches.end(), [](const neighbour_match& x, const neighbour_match& y) {
    if (x.value != y.value) return x.value > y.value;
    return std::tuple(x.d + x.e, std::min(x.d, x.e), x.d) < std::tuple(y.d + y.e, std::min(y.d, y.e), y.d);
  });
  std::array<bool, reach + 1> used_d{}, used_e{};
  double sum = 0;
  for (const neighbour_match& m : matches) {
    if (used_d[m.d] || used_e[m.e]) continue;
    used_d[m.d] = used_e[m.e] = true;
    sum += m.value;
  }
  return sum;
}

// The token d places before (after) a figure; -1: none.
std::ptrdiff_t neighbour(const statement& in, const figure& of, std::uint32_t d, bool left) {
  const std::ptrdiff_t at = left ? std::ptrdiff_t{of.first} - d : std::ptrdiff_t{of.last} + d - 1;
  return at < static_cast<std::ptrdiff_t>(in.tokens.size()) ? at : -1;
}

double context_of(const statement& a, const figure& x, const statement& b, const figure& y, const lexicon& words) {
  double sum = 0;
  for (const bool left : {true, false}) {
    std::vector<neighbour_match> matches;
    for (std::uint32_t d = 1; d <= reach; ++d) {
      for (std::uint32_t e = 1; e <= reach; ++e) {
        const std::ptrdiff_t i = neighbour(a, x, d, left), j = neighbour(b, y, e, left);
        if (i < 0 || j < 0) continue;
        const std::uint32_t s = a.tokens[static_cast<std::size_t>(i)].type, t = b.tokens[static_cast<std::size_t>(j)].type;
        const double like = similarity_in(words, s, t);
        if (like > 0)
          matches.push_back({like * std::min(words[s].length_weight, words[t].length_weight) * nearness(d, e), d, e});
      }
    }
    sum += sum_of_best(std::move(matches));
  }
  return sum;
}

std::vector<figure> left_over(std::vector<figure> of, const std::vector<figure>& other) {
  const auto known = [&](const figure& x) {
    return std::any_of(other.begin(), other.end(), [&](const figure& y) { return agree(x, y); });
  };
  of.erase(std::remove_if(of.begin(), of.end(), known), of.end());
  if (of.size() > most_figures) of.resize(most_figures);
  return of;
}

const char* name_of(figure_kind kind) {
  switch (kind) {
    case figure_kind::percent:
      return "percent";
    case figure_kind::currency:
      return "currency";
    case figure_kind::time:
      return "time";
    case figure_kind::year:
      return "year";
    case figure_kind::number:
      break;
  }
  return "number";
}

}  // namespace

std::vector<figure> read_figures(const statement& in, const lexicon& words) { return figure_reader(in, words).read(); }

bool agree(const figure& a, const figure& b) {
  if ((a.kind == figure_kind::time) != (b.kind == figure_kind::time)) return false;
  if (is_exact(a.kind) || is_exact(b.kind)) return a.value == b.value;
  const double less = std::min(a.value, b.value), more = std::max(a.value, b.value);
  if (less == more) return true;
  for (const double power : {1.0, 1e3, 1e6, 1e9}) {
    if (power > 1 && !may_lack_scale(a, b)) break;
    const double apart = std::fabs(more - less * power) / std::max(more, less * power);
    if (apart < 0.006 || (a.digits != b.digits && apart <= 0.1)) return true;
  }
  return false;
}

bool have_figures_of_their_own(const std::vector<figure>& a, const std::vector<figure>& b) {
  return !left_over(a, b).empty() && !left_over(b, a).empty();
}

std::vector<conflict> conflicting_figures(const statement& a, const statement& b, const lexicon& words, double least_context) {
  const std::vector<figure> all_a = read_figures(a, words), all_b = read_figures(b, words);
  const std::vector<figure> in_a = left_over(all_a, all_b), in_b = left_over(all_b, all_a);
  struct meeting {
    double context;
    std::uint32_t x, y;
  };
  std::vector<meeting> meetings;
  for (std::uint32_t x = 0; x < in_a.size(); ++x) {
    for (std::uint32_t y = 0; y < in_b.size(); ++y) {
      if (in_a[x].kind != in_b[y].kind) continue;
      const double context = context_of(a, in_a[x], b, in_b[y], words);
      if (context >= least_context) meetings.push_back({context, x, y});
    }
  }
  std::sort(meetings.begin(), meetings.end(), [](const meeting& m, const meeting& n) {
    if (m.context != n.context) return m.context > n.context;
    return std::tuple(m.x + m.y, std::min(m.x, m.y), m.x) < std::tuple(n.x + n.y, std::min(n.x, n.y), n.x);
  });
  std::vector<bool> used_a(in_a.size()), used_b(in_b.size());
  std::vector<conflict> found;
  for (const meeting& m : meetings) {
    if (used_a[m.x] || used_b[m.y]) continue;
    used_a[m.x] = used_b[m.y] = true;
    found.push_back({name_of(in_a[m.x].kind), in_a[m.x].where, in_b[m.y].where});
  }
  std::sort(found.begin(), found.end(), [](const conflict& x, const conflict& y) { return x.a < y.a; });
  return found;
}

}  // namespace retold::alignment
