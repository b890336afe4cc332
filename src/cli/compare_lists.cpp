// SPDX-License-Identifier: Apache-2.0
// compare --list and --pairs: JSONL in, JSONL out in the same order, many lines at a time.
#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

#include "compare.hpp"
#include "compare_offsets.hpp"
#include "console.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"
#include "retold/report.hpp"

namespace retold::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t batch = 256;  // lines

// Of pairs, so many lines at the beginning (or so many bytes of them) tell which words are rare.
constexpr std::size_t background_lines = 10000, background_bytes = std::size_t{64} << 20;

// A line that is blank is no question, and has no answer.
struct answer {
  std::string line;
  std::optional<std::string> problem;  // what could not be read of what it asks for
  bool blank = false;
};

void in_parallel(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i; (i = next++) < count;) work(i);
  };
  std::vector<std::jthread> crew;
  try {
    for (unsigned t = 1; t < std::min<std::size_t>(threads, count); ++t) crew.emplace_back(run);
  } catch (const std::system_error&) {  // threads that the system refuses are done without
  }
  run();
}

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t\r\f") == std::string::npos; }

// Lines of which the first can be looked at before they are taken.
class lines_ahead {
 public:
  explicit lines_ahead(const std::string& path) : path_(path), in_(path) {}

  const std::string& path() const { return path_; }
  const std::string& problem() const { return in_.problem(); }

  const std::deque<std::string>& look(std::size_t lines, std::size_t bytes) {
    std::size_t held = 0;
    for (std::string line; ahead_.size() < lines && held < bytes && in_.next(line);) {
      held += line.size();
      ahead_.push_back(std::move(line));
    }
    return ahead_;
  }

  bool take(std::string& line) {
    if (ahead_.empty()) return in_.next(line);
    line = std::move(ahead_.front());
    ahead_.pop_front();
    return true;
  }

 private:
  std::string path_;
  line_source in_;
  std::deque<std::string> ahead_;
};

// Names the first of the lines that could not be judged, and counts them all.
class problems_named {
 public:
  problems_named(const std::string& path, progress_line& shown) : path_(path), shown_(shown) {}
  void add(std::size_t line, const std::string& problem) {
    if (count_++ >= most_named) return;
    shown_.clear();
    say("skipped: " + path_ + ':' + std::to_string(line) + ": " + problem);
  }
  void end(const std::string& of_the_file) {
    shown_.clear();
    if (count_ > most_named) say("skipped: " + grouped(count_ - most_named) + " more lines");
    if (!of_the_file.empty()) say("skipped: " + path_ + ": " + of_the_file);
    any_ = count_ != 0 || !of_the_file.empty();
  }
  bool any() const { return any_; }

 private:
  const std::string& path_;
  progress_line& shown_;
  std::size_t count_ = 0;
  bool any_ = false;
};

// Every line through `judge`, in order.
int run_lines(lines_ahead& from, const compare_arguments& with, const std::function<answer(const std::string&)>& judge) {
  progress_line line_shown(with.common.quiet);
  problems_named problems(from.path(), line_shown);
  std::size_t number = 0;
  for (bool more = true; more;) {
    std::vector<std::string> lines;
    for (std::string line; lines.size() < batch && (more = from.take(line));) lines.push_back(std::move(line));
    std::vector<answer> answers(lines.size());
    in_parallel(lines.size(), with.common.threads, [&](std::size_t i) {
      answers[i] = is_blank(lines[i]) ? answer{"", std::nullopt, true} : judge(lines[i]);
    });
    std::string out;
    for (const answer& a : answers) {
      ++number;
      if (a.blank) continue;
      out += a.line + '\n';
      if (a.problem) problems.add(number, *a.problem);
    }
    line_shown("compare", number, 0);
    write_output("-", out);
  }
  problems.end(from.problem());
  return problems.any() ? some_skipped : done;
}

// Writing and copying JSON recurses: what is nested deeper than any record would overflow the stack. Fields that keep their
// order are looked for one by one: an object of very many would take their square in time.
constexpr int deepest = 200;
constexpr std::size_t most_fields = 4000;

// Discarded where it is no JSON; throws std::runtime_error where it is more than a record may be.
json parsed_within_bounds(const std::string& line) {
  std::vector<std::size_t> fields;  // so far, of the objects that are open
  const auto bounded = [&](int depth, json::parse_event_t event, json&) {
    if (depth > deepest) throw std::runtime_error("nested too deeply");
    if (event == json::parse_event_t::object_start) fields.push_back(0);
    if (event == json::parse_event_t::object_end) fields.pop_back();
    if (event == json::parse_event_t::key && ++fields.back() > most_fields)
      throw std::runtime_error("an object of more than " + grouped(most_fields) + " fields");
    return true;
  };
  return json::parse(line, bounded, false);
}

// The record of a line; throws std::runtime_error saying what is wrong with it.
json record(const std::string& line) {
  json parsed = parsed_within_bounds(line);
  if (parsed.is_discarded()) throw std::runtime_error("no JSON");
  if (!parsed.is_object()) throw std::runtime_error("no JSON object");
  return parsed;
}

std::string text_of(const json& from, const char* field) {
  const auto found = from.find(field);
  if (found == from.end() || !found->is_string()) throw std::runtime_error(std::string("no string in field \"") + field + '"');
  return found->get<std::string>();
}

document side_of(json& from, const std::string& key, const read_options& fields, std::vector<skipped_input>& skipped) {
  const std::string text_key = key + "_text";
  if (from.contains(text_key)) {
    document d = read_text(key, text_of(from, text_key.c_str()));
    from.erase(text_key);
    return d;
  }
  const std::string path = text_of(from, key.c_str());
  if (path == "-") throw std::runtime_error("standard input is no document of a list");
  return read_one(path, fields, &skipped);
}

// Whatever the answer is, so that who reads it knows whose a field is.
bool is_reserved(std::string_view field) {
  constexpr std::string_view names[] = {"retold", "documents", "similarity", "shares", "passages", "skipped", "error", "line"};
  return std::find(std::begin(names), std::end(names), field) != std::end(names);
}

// The line's own fields come first: an id is not lost behind passages. Those whose names an answer may need move into "line".
json joined(const json& own, const json& answered) {
  json out = json::object(), moved = json::object();
  for (const auto& [key, value] : own.items()) (is_reserved(key) ? moved : out)[key] = value;
  if (!moved.empty()) out["line"] = std::move(moved);
  for (const auto& [key, value] : answered.items()) out[key] = value;
  return out;
}

// A line that cannot be judged comes back with "error", so that lines in and out still correspond.
answer with_problem(const std::string& line, const std::string& problem) {
  json back;
  try {
    back = parsed_within_bounds(line);
  } catch (const std::runtime_error&) {  // too deep or too wide to be written again: as a string
  }
  back =
      back.is_object() ? joined(back, json::object({{"error", problem}})) : json::object({{"line", line}, {"error", problem}});
  return {back.dump(-1, ' ', false, json::error_handler_t::replace), problem};
}

answer judge_documents(const std::string& line, const compare_arguments& with) {
  try {
    json rest = record(line);
    std::vector<skipped_input> skipped;
    document a = side_of(rest, "a", with.fields, skipped), b = side_of(rest, "b", with.fields, skipped);
    const comparison found = compare(std::move(a), std::move(b), with.options);
    const std::string result = with_skipped(in_unit(to_json(found), found, with.offsets), skipped);
    answer out{joined(rest, json::parse(result)).dump(), std::nullopt};
    if (!skipped.empty()) out.problem = skipped.front().input + ": " + skipped.front().reason;
    return out;
  } catch (const std::exception& e) {
    return with_problem(line, e.what());
  }
}

// The line as it is, with one field more: numbers and the order of keys stay untouched.
std::string spliced(const std::string& line, const json& parsed, const std::string& field) {
  if (parsed.contains("retold")) {
    json replaced = parsed;
    replaced["retold"] = json::parse(field);
    return replaced.dump();
  }
  const auto end = line.find_last_of('}');
  return line.substr(0, end) + (parsed.empty() ? "" : ", ") + "\"retold\": " + field + '}';
}

// Which words are rare among the pairs; lines that cannot be judged say nothing.
vocabulary words_of(const std::deque<std::string>& lines) {
  std::deque<std::string> texts;
  std::vector<sentence_pair_text> pairs;
  for (const std::string& line : lines) {
    try {
      const json parsed = record(line);
      std::string a = text_of(parsed, "a"), b = text_of(parsed, "b");
      const std::string &kept_a = texts.emplace_back(std::move(a)), &kept_b = texts.emplace_back(std::move(b));
      pairs.push_back({kept_a, kept_b});
    } catch (const std::exception&) {
    }
  }
  return vocabulary(pairs);
}

answer judge_sentences(const std::string& line, const vocabulary& words) {
  try {
    const json parsed = record(line);
    const passage p = compare_sentences(text_of(parsed, "a"), text_of(parsed, "b"), words);
    char score[16];
    std::snprintf(score, sizeof score, "%.4f", p.score);
    return {spliced(line, parsed, std::string("{\"class\": \"") + name(p.kind) + "\", \"score\": " + score + '}'),
            std::nullopt};
  } catch (const std::exception& e) {
    return with_problem(line, e.what());
  }
}

}  // namespace

int run_list(const compare_arguments& with) {
  lines_ahead lines(with.list);
  return run_lines(lines, with, [&](const std::string& line) { return judge_documents(line, with); });
}

int run_pairs(const compare_arguments& with) {
  lines_ahead lines(with.pairs);
  const vocabulary words = words_of(lines.look(background_lines, background_bytes));
  return run_lines(lines, with, [&](const std::string& line) { return judge_sentences(line, words); });
}

}  // namespace retold::cli
