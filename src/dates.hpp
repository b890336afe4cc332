// SPDX-License-Identifier: Apache-2.0
#pragma once
// Days and seconds of ISO 8601 dates.

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace retold {

// Days since 1970-01-01 of "2026-11-21…" or "20261121…"; nothing for what is no date. The time of day and the zone are ignored.
inline std::optional<std::int64_t> day_number(std::string_view date) {
  const bool dashes = date.size() >= 10 && date[4] == '-' && date[7] == '-';
  if (!dashes && date.size() < 8) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) -> int {
    int value = -1;
    const auto [end, failed] = std::from_chars(date.data() + at, date.data() + at + size, value);
    return failed == std::errc() && end == date.data() + at + size ? value : -1;
  };
  const int year = number(0, 4), month = number(dashes ? 5 : 4, 2), day = number(dashes ? 8 : 6, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day found{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
  if (!found.ok()) return std::nullopt;
  return std::chrono::sys_days(found).time_since_epoch().count();
}

// Seconds since 1970-01-01 UTC; what is missing of the time of day, or out of its range, counts 0; a missing zone is UTC.
inline std::optional<std::int64_t> second_number(std::string_view date) {
  const auto day = day_number(date);
  if (!day) return std::nullopt;
  std::size_t at = date.size() >= 10 && date[4] == '-' ? 10 : 8;
  const auto two_digits = [&](int most) -> std::int64_t {  // after a separator, if there is one; 0 where there are none
    if (at < date.size() && date[at] == ':') ++at;
    int value = 0;
    if (at + 2 > date.size()) return 0;
    const auto [end, failed] = std::from_chars(date.data() + at, date.data() + at + 2, value);
    if (failed != std::errc() || end != date.data() + at + 2 || value < 0) return 0;
    at += 2;
    return value <= most ? value : 0;
  };
  std::int64_t seconds = *day * 86400;
  if (at < date.size() && (date[at] == 'T' || date[at] == 't' || date[at] == ' ')) {
    ++at;
    seconds += 3600 * two_digits(24);
    seconds += 60 * two_digits(59);
    seconds += two_digits(60);
    while (at < date.size() && (date[at] == '.' || date[at] == ',' || (date[at] >= '0' && date[at] <= '9'))) ++at;
  }
  if (at >= date.size() || (date[at] != '+' && date[at] != '-')) return seconds;
  const std::int64_t sign = date[at++] == '+' ? -1 : 1;
  seconds += sign * 3600 * two_digits(23);
  return seconds + sign * 60 * two_digits(59);
}

// "2026-11-22T17:03:00Z"
inline std::string iso_date(std::int64_t seconds) {
  constexpr std::int64_t of_a_day = 86400;
  const std::int64_t day = (seconds - (seconds < 0 ? of_a_day - 1 : 0)) / of_a_day, rest = seconds - day * of_a_day;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  char out[48];
  const int size = std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 static_cast<int>(rest / 3600), static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return {out, static_cast<std::size_t>(size)};
}

}  // namespace retold
