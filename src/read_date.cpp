// SPDX-License-Identifier: Apache-2.0
// Words in a fixed order: [weekday] day month year [time [zone]] [(comment)].
#include "read_date.hpp"

#include <algorithm>
#include <array>
#include <regex>

#include "dates.hpp"
#include "read_markup.hpp"
#include "retold/read.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t longest_date = 64, longest_shown = 40;

std::vector<std::string_view> words_of(std::string_view given) {
  std::vector<std::string_view> words;
  while (!given.empty()) {
    const std::size_t begin = std::min(given.find_first_not_of(" \t,"), given.size());
    const std::size_t end = std::min(given.find_first_of(" \t,", begin), given.size());
    if (end > begin) words.push_back(given.substr(begin, end - begin));
    given.remove_prefix(end);
  }
  return words;
}

// Whether `word` has this shape: '0' stands for a digit, all else for itself.
bool shaped(std::string_view word, std::string_view shape) {
  return std::equal(word.begin(), word.end(), shape.begin(), shape.end(),
                    [](char c, char s) { return s == '0' ? is_ascii_digit(c) : c == s; });
}

// Two digits; empty for what is no month.
std::string month_of(std::string_view word) {
  static constexpr std::string_view months = "jan feb mar apr may jun jul aug sep oct nov dec ";
  std::string name(word);
  std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
  const std::size_t at = name.size() == 3 ? months.find(name + ' ') : std::string_view::npos;
  if (at == std::string_view::npos) return {};
  const std::string number = std::to_string(at / 4 + 1);
  return number.size() == 1 ? '0' + number : number;
}

// RFC 822 had two digits; RFC 2822 says which century they mean.
std::string year_of(std::string_view word) {
  if (shaped(word, "00")) return (word < "50" ? "20" : "19") + std::string(word);
  return shaped(word, "0000") ? std::string(word) : std::string();
}

std::string time_of(std::string_view word) {
  if (shaped(word, "00:00")) return std::string(word) + ":00";
  return shaped(word, "00:00:00") ? std::string(word) : std::string();
}

// Names that the standard does not know say nothing of the zone.
std::string zone_of(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> names = {{{"GMT", "Z"},
                                                                                           {"UT", "Z"},
                                                                                           {"UTC", "Z"},
                                                                                           {"Z", "Z"},
                                                                                           {"-0000", "Z"},
                                                                                           {"EDT", "-04:00"},
                                                                                           {"EST", "-05:00"},
                                                                                           {"CDT", "-05:00"},
                                                                                           {"CST", "-06:00"},
                                                                                           {"MDT", "-06:00"},
                                                                                           {"MST", "-07:00"},
                                                                                           {"PDT", "-07:00"},
                                                                                           {"PST", "-08:00"}}};
  const auto named = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == word; });
  if (named != names.end()) return std::string(named->second);
  if (!shaped(word, "+0000") && !shaped(word, "-0000")) return {};
  return std::string(word.substr(0, 3)) + ':' + std::string(word.substr(3));
}

}  // namespace

std::optional<std::string> iso_of_feed_date(std::string_view given) {
  if (given.size() > longest_date) return std::nullopt;
  given = given.substr(0, given.find('('));
  std::vector<std::string_view> words = words_of(given);
  if (!words.empty() && is_ascii_letter(words[0][0])) words.erase(words.begin());
  if (words.size() < 3 || words.size() > 5) return std::nullopt;
  const std::string day = shaped(words[0], "0") ? '0' + std::string(words[0]) : std::string(words[0]);
  std::string iso = year_of(words[2]) + '-' + month_of(words[1]) + '-' + day;
  if (iso.size() != 10 || !day_number(iso)) return std::nullopt;
  if (words.size() == 3) return iso;
  const std::string time = time_of(words[3]);
  if (time.empty()) return std::nullopt;
  return iso + 'T' + time + (words.size() == 5 ? zone_of(words[4]) : std::string());
}

std::string date_or_warning(std::string_view given, std::vector<std::string>& warnings) {
  if (given.empty() || day_number(given)) return std::string(given);
  if (auto iso = iso_of_feed_date(given)) return *iso;
  std::string shown(given);
  if (shown.size() > longest_shown) shown = shown.substr(0, character_start(shown, longest_shown)) + "…";
  warnings.push_back("date \"" + shown + "\" is not ISO 8601 (2026-11-02): ignored");
  return {};
}

std::optional<std::int64_t> parse_date(std::string_view date) { return second_number(date); }

std::optional<std::int64_t> parse_whole_date(std::string_view date) {
  static const std::regex iso(
      R"(\d{4}-?\d\d-?\d\d([Tt ]([01]\d|2[0-3]):?[0-5]\d(:?[0-5]\d([.,]\d+)?)?([Zz]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)?)?)");
  if (date.size() > longest_date || !std::regex_match(date.begin(), date.end(), iso)) return std::nullopt;
  return parse_date(date);
}

}  // namespace retold
