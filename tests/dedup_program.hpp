// SPDX-License-Identifier: Apache-2.0
#pragma once
// What tests of `dedup` through the program share: records with known copies among them, and what survives of them.

#include <map>
#include <random>

#include "program.hpp"

inline const std::string lighthouse =
    "The lighthouse of Brannoch will be sold at auction in May. Its last keeper left in 1988 and the tower has been empty "
    "since, "
    "though the lamp still turns every night by clockwork and the harbour master climbs the stairs on Sundays to wind it.";
inline const std::string lighthouse_edited =  // one word of it is another
    "The lighthouse of Brannoch will be sold at auction in June. Its last keeper left in 1988 and the tower has been empty "
    "since, "
    "though the lamp still turns every night by clockwork and the harbour master climbs the stairs on Sundays to wind it.";
inline const std::string bakery =
    "Bread is dearer in Mirefleurs from Monday on: the bakers of the town blame the price of flour, the millers that of "
    "diesel, and "
    "the farmers the hail of last July, which took a third of the wheat between the river and the old railway line.";

inline std::string record(const std::string& id, const std::string& text, const json& more = json::object()) {
  json r = {{"id", id}, {"text", text}};
  r.update(more);
  return r.dump() + '\n';
}

inline std::string made_up_text(std::mt19937& random, unsigned words) {
  static const char* syllables[] = {"ba",  "ro", "ti",  "mel", "an",  "dor", "ki", "su",
                                    "pre", "lo", "gan", "vi",  "est", "ne",  "fu"};
  std::string text;
  for (unsigned i = 0; i < words; ++i) {
    if (i != 0) text += ' ';
    for (int s = 0; s < 3; ++s) text += syllables[random() % std::size(syllables)];
  }
  return text;
}

// Records of which about half are copies or light edits of others.
inline std::string made_up_records(unsigned count, unsigned seed, unsigned words = 120) {
  std::mt19937 random(seed);
  std::vector<std::string> texts;
  std::string lines;
  for (unsigned i = 0; i < count; ++i) {
    std::string text = texts.empty() || random() % 2 == 0 ? made_up_text(random, words) : texts[random() % texts.size()];
    if (random() % 3 == 0) text += ' ' + made_up_text(random, 2);
    texts.push_back(text);
    lines += record(std::to_string(i), text);
  }
  return lines;
}

inline std::string in_shell(const fs::path& path) { return '\'' + path.string() + '\''; }

inline outcome dedup(const std::string& arguments, const std::string& before = "") { return run("dedup " + arguments, before); }

// The survivors of these records, by way of files.
inline std::string survivors(const std::string& records, const std::string& options = "") {
  const folder f;
  const outcome o = dedup(in_shell(f.put("in.jsonl", records)) + " -q -o " + in_shell(f.path / "out.jsonl") + ' ' + options);
  CHECK_MESSAGE(o.code == 0, o.err);
  return slurp(f.path / "out.jsonl");
}

inline std::vector<json> parsed(const std::string& lines) {
  std::vector<json> out;
  for (const std::string& line : lines_of(lines)) out.push_back(json::parse(line));
  return out;
}

inline std::string ids_of(const std::string& lines) {
  std::string ids;
  for (const json& r : parsed(lines)) ids += (ids.empty() ? "" : " ") + r["id"].get<std::string>();
  return ids;
}
