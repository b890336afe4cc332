// SPDX-License-Identifier: Apache-2.0
// simdjson reads the line as it is. Where it refuses, what is often wrong with real records is mended in a copy (invalid UTF-8,
// lone surrogate escapes, numbers past 64 bits) and the copy is read; what then remains is named.
#include "read_record.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "counted.hpp"
#include "read_date.hpp"
#include "read_encoding.hpp"
#include "read_markup.hpp"
#include "read_title.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t digits_past_64_bits = 19;

// The four hexadecimal digits of a \u escape at `at`; -1 where there is none.
int escape_value(std::string_view line, std::size_t at) {
  if (line.substr(at, 2) != "\\u" || at + 6 > line.size()) return -1;
  int value = 0;
  for (const char c : line.substr(at + 2, 4)) {
    const bool letter = is_ascii_letter(c);
    if (!letter && !is_ascii_digit(c)) return -1;
    const int digit = letter ? (c | 0x20) - 'a' + 10 : c - '0';
    if (digit > 15) return -1;
    value = value * 16 + digit;
  }
  return value;
}

std::size_t string_end(std::string_view line, std::size_t at) {  // line[at] == '"'
  for (++at; at < line.size() && line[at] != '"'; ++at) {
    if (line[at] == '\\') ++at;
  }
  return std::min(at + 1, line.size());
}

// The end of the number that starts at `at`, by JSON's grammar; `at` if there is none.
std::size_t number_end(std::string_view line, std::size_t at) {
  const auto digits = [&line](std::size_t from) {
    while (from < line.size() && is_ascii_digit(line[from])) ++from;
    return from;
  };
  const std::size_t first = at + (line[at] == '-' ? 1 : 0);
  std::size_t end = digits(first);
  if (end == first || (line[first] == '0' && end > first + 1)) return at;
  if (end < line.size() && line[end] == '.') {
    const std::size_t fraction = digits(end + 1);
    if (fraction == end + 1) return at;
    end = fraction;
  }
  if (end < line.size() && (line[end] == 'e' || line[end] == 'E')) {
    const std::size_t sign = end + 1 < line.size() && (line[end + 1] == '+' || line[end + 1] == '-') ? 1 : 0;
    const std::size_t exponent = digits(end + 1 + sign);
    if (exponent == end + 1 + sign) return at;
    end = exponent;
  }
  return end;
}

// Whether a value may end there: what goes on is no number, and must not be made one.
bool may_end(std::string_view line, std::size_t at) {
  return at >= line.size() || std::string_view(",]} \t\r\n").find(line[at]) != std::string_view::npos;
}

// Every number of `least` characters or more, or with an exponent, put as `put` has it.
template <class writer>
std::string with_numbers(std::string_view line, std::size_t least, const writer& put) {
  std::string out;
  out.reserve(line.size() + line.size() / 8);
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at + 1;
    bool number = false;
    if (line[at] == '"') {
      end = string_end(line, at);
    } else if (line[at] == '-' || is_ascii_digit(line[at])) {
      end = number_end(line, at);
      const bool wanted = end >= at + least || line.substr(at, end - at).find_first_of("eE") != std::string_view::npos;
      number = wanted && may_end(line, end);
      end = std::max(end, at + 1);
    }
    number ? put(out, line.substr(at, end - at)) : void(out.append(line, at, end - at));
    at = end;
  }
  return out;
}

// Numbers that may be beyond 64 bits as another number that is not whole: only an id asks which number it is, and of these it
// asks the line (see id_of). The sign stays, or 1-2 would become a number.
std::string tame_numbers(std::string_view line) {
  return with_numbers(line, digits_past_64_bits,
                      [](std::string& out, std::string_view number) { out.append(number.starts_with('-') ? "-0.5" : "0.5"); });
}

bool is_number(element_type type) {
  return type == element_type::INT64 || type == element_type::UINT64 || type == element_type::DOUBLE;
}

std::string_view type_name(element_type type) {
  switch (type) {
    case element_type::ARRAY:
      return "an array";
    case element_type::OBJECT:
      return "an object";
    case element_type::STRING:
      return "a string";
    case element_type::BOOL:
      return "a truth value";
    case element_type::NULL_VALUE:
      return "null";
    default:
      return "a number";
  }
}

// simdjson's own words are long, and about its insides.
std::string why_not_json(simdjson::error_code failure) {
  switch (failure) {
    case simdjson::UNCLOSED_STRING:
      return "not JSON: a string without its end";
    case simdjson::UNESCAPED_CHARS:
      return "not JSON: a control character in a string, as a tab or a line's end is";
    case simdjson::STRING_ERROR:
      return "not JSON: a string with a backslash that stands for nothing";
    case simdjson::NUMBER_ERROR:
      return "not JSON: a number that is none";
    case simdjson::DEPTH_ERROR:
      return "not JSON that can be read: nested too deeply";
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
      return "not enough memory";
    default:
      return "not JSON";
  }
}

}  // namespace

std::uint64_t mend_surrogates(std::string& line) {
  std::uint64_t mended = 0;
  for (std::size_t at = line.find('\\'); at < line.size(); at = line.find('\\', at)) {
    const int first = escape_value(line, at);
    const bool high = first >= 0xD800 && first <= 0xDBFF, low = first >= 0xDC00 && first <= 0xDFFF;
    const int second = high ? escape_value(line, at + 6) : -1;
    const bool pair = second >= 0xDC00 && second <= 0xDFFF;
    if (low || (high && !pair)) {
      line.replace(at + 2, 4, "fffd");
      ++mended;
    }
    at += pair ? 12 : first >= 0 ? 6 : 2;
  }
  return mended;
}

std::string quote_numbers(std::string_view json) {
  return with_numbers(json, 1, [](std::string& out, std::string_view digits) { out.append("\"").append(digits).append("\""); });
}

struct record_parser::state {
  read_options options;
  simdjson::dom::parser parser, second;
  std::string copy;    // of a line that had to be mended
  bool tamed = false;  // its numbers are not the line's

  struct field_value {
    bool there = false;  // and not null
    element value;
  };
  struct fields {
    field_value id, text, title, date, source, language, number;
    simdjson::dom::object all;
  };

  simdjson::error_code parse(std::string_view line, element& into) {
    return parser.parse(line.data(), line.size(), false).get(into);
  }
  simdjson::error_code parse_copy(const std::string& line, element& into) { return parser.parse(line).get(into); }

  // Parses `line`, or mends it: then it is a view of `copy`, and warnings say how.
  simdjson::error_code parse_mended(std::string_view& line, element& into, std::vector<std::string>& warnings) {
    tamed = false;
    auto failure = parse(line, into);
    if (failure == simdjson::SUCCESS || failure == simdjson::EMPTY || failure == simdjson::MEMALLOC) return failure;
    std::uint64_t invalid = 0;
    copy = repair_utf8(line, nullptr, &invalid);
    line = copy;
    if (invalid != 0) {
      warnings.push_back(counted(invalid, "invalid UTF-8 sequence", "invalid UTF-8 sequences"));
      failure = parse_copy(copy, into);
    }
    if (failure == simdjson::SUCCESS) return failure;
    if (const std::uint64_t lone = mend_surrogates(copy); lone != 0) {
      warnings.push_back(counted(lone, "lone surrogate", "lone surrogates"));
      failure = parse_copy(copy, into);
    }
    if (failure == simdjson::SUCCESS) return failure;
    element tame;
    if (parse_copy(tame_numbers(copy), tame) != simdjson::SUCCESS) return failure;
    into = tame;
    tamed = true;
    return simdjson::SUCCESS;
  }

  // Why the line is no object; empty when `into` is one. `line` and `warnings` as above.
  std::string object_of(std::string_view& line, simdjson::dom::object& into, std::vector<std::string>& warnings) {
    element root;
    if (const auto failure = parse_mended(line, root, warnings); failure != simdjson::SUCCESS) return why_not_json(failure);
    if (root.get(into) != simdjson::SUCCESS) return "not an object but " + std::string(type_name(root.type()));
    return {};
  }

  fields pick(const simdjson::dom::object& record, std::string_view number_field = {}) const {
    fields out;
    out.all = record;
    for (const auto& [key, value] : record) {
      const field_value got{!value.is_null(), value};  // of a key that comes twice, the last one counts
      if (key == options.id_field) out.id = got;
      if (key == options.text_field) out.text = got;
      if (key == options.title_field) out.title = got;
      if (key == options.date_field) out.date = got;
      if (key == options.source_field) out.source = got;
      if (key == options.language_field) out.language = got;
      if (!number_field.empty() && key == number_field) out.number = got;
    }
    return out;
  }

  static std::string string_or_warn(const field_value& from, const std::string& name, std::vector<std::string>& warnings) {
    if (!from.there) return {};
    std::string_view value;
    if (from.value.get(value) == simdjson::SUCCESS) return std::string(value);
    warnings.push_back("field \"" + name + "\" is " + std::string(type_name(from.value.type())) + ", not a string: ignored");
    return {};
  }

  // A number's own digits: 1e3 stays 1e3.
  std::string id_of(const field_value& from, std::string_view line, std::vector<std::string>& warnings) {
    if (!from.there || !is_number(from.value.type())) return string_or_warn(from, options.id_field, warnings);
    if (from.value.type() != element_type::DOUBLE) return simdjson::minify(from.value);
    element quoted;
    std::string_view literal;
    if (second.parse(quote_numbers(line)).get(quoted) == simdjson::SUCCESS &&
        last(quoted, options.id_field).get(literal) == simdjson::SUCCESS) {
      return std::string(literal);
    }
    return simdjson::minify(from.value);
  }

  std::optional<double> number_of(const field_value& from, std::string_view line, const std::string& name) {
    double number = 0;
    if (!from.there || from.value.get(number) != simdjson::SUCCESS) return std::nullopt;
    element quoted;
    std::string_view digits;
    if (tamed && second.parse(quote_numbers(line)).get(quoted) == simdjson::SUCCESS &&
        last(quoted, name).get(digits) == simdjson::SUCCESS)
      return value_of(std::string(digits));
    return number;
  }

  // Also where it is too small for a double (0) or too large (infinite).
  double value_of(const std::string& digits) {
    double number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc::result_out_of_range || second.parse(digits).get(number) == simdjson::SUCCESS) return number;
    return digits.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
  }

  static element last(const element& record, const std::string& name) {
    element out;
    for (const auto& [key, value] : simdjson::dom::object(record)) {
      if (key == name) out = value;
    }
    return out;
  }

  // The fields of a record in which those that are wanted are not: whoever named the wrong ones sees the right ones.
  std::string names_in(const simdjson::dom::object& record) const {
    constexpr std::size_t most = 8;
    std::string out;
    std::size_t count = 0;
    for (const auto& [key, value] : record)
      if (!value.is_null() && key != options.title_field && ++count <= most)
        out += (count == 1 ? "; it has \"" : ", \"") + std::string(key) + '"';
    return out + (count > most ? ", \u2026" : "");
  }

  // Why there is no text; empty when there is, or a title that may stand for it.
  std::string text_of(const fields& from, std::string_view title, std::string_view& text) const {
    if (from.text.there && from.text.value.get(text) != simdjson::SUCCESS)
      return "field \"" + options.text_field + "\" is " + std::string(type_name(from.text.value.type())) + ", not a string";
    if (!from.text.there && title.empty())
      return "no field \"" + options.text_field + "\" and no field \"" + options.title_field + '"' + names_in(from.all);
    return {};
  }

  glance show(const fields& from, std::string_view line, const wishes& wanted) {
    glance out;
    std::vector<std::string> warnings;  // not shown: the record itself stays as it is
    std::string_view title;
    if (from.title.there && from.title.value.get(title) != simdjson::SUCCESS) title = {};
    out.problem = text_of(from, title, out.text);
    out.is_title = out.text.empty() && !title.empty();
    (out.is_title ? out.text : out.title) = title;
    if (wanted.id) out.id = id_of(from.id, line, warnings);
    if (wanted.date) out.date = date_or_warning(string_or_warn(from.date, options.date_field, warnings), warnings);
    out.bad_date = wanted.date && from.date.there && out.date.empty();
    out.number = number_of(from.number, line, wanted.number_field);
    return out;
  }

  outcome make(const fields& from, std::string_view line, std::vector<std::string> warnings) {
    outcome out;
    document d;
    d.title = string_or_warn(from.title, options.title_field, warnings);
    std::string_view text;
    out.problem = text_of(from, d.title, text);
    if (!out.problem.empty()) return out;
    out.is_title = d.title_in_text = text.empty() && !d.title.empty();
    d.text = d.title_in_text ? d.title : std::string(text);
    d.bytes = d.text.size();
    if (d.title.empty()) title_from(d, first_line(d.text));
    d.id = id_of(from.id, line, warnings);
    d.date = date_or_warning(string_or_warn(from.date, options.date_field, warnings), warnings);
    d.source = string_or_warn(from.source, options.source_field, warnings);
    d.language = string_or_warn(from.language, options.language_field, warnings);
    d.warnings = std::move(warnings);
    out.found = std::move(d);
    return out;
  }
};

record_parser::record_parser(const read_options& options) : state_(std::make_unique<state>()) { state_->options = options; }
record_parser::~record_parser() = default;

std::size_t record_parser::padding() noexcept { return simdjson::SIMDJSON_PADDING; }

record_parser::outcome record_parser::parse(std::string_view line) {
  simdjson::dom::object record;
  std::vector<std::string> warnings;
  if (std::string problem = state_->object_of(line, record, warnings); !problem.empty()) return {std::nullopt, problem};
  return state_->make(state_->pick(record), line, std::move(warnings));
}

record_parser::glance record_parser::look(std::string_view line, const wishes& wanted) {
  simdjson::dom::object record;
  std::vector<std::string> warnings;
  if (std::string problem = state_->object_of(line, record, warnings); !problem.empty()) {
    glance none;
    none.problem = std::move(problem);
    return none;
  }
  return state_->show(state_->pick(record, wanted.number_field), line, wanted);
}

}  // namespace retold
