// SPDX-License-Identifier: Apache-2.0
// `evaluate` and `advise` through the program.
#include <algorithm>

#include "dedup_program.hpp"

namespace {

const std::string gold =
    "{\"id\": \"a\", \"story\": \"fire\"}\n{\"id\": \"b\", \"story\": \"fire\"}\n{\"id\": \"c\", \"story\": \"flood\"}\n"
    "{\"id\": \"d\", \"story\": \"flood\"}\n";
const std::string groups = "{\"documents\": [\"a\", \"b\", \"c\"]}\n";

}  // namespace

TEST_CASE("evaluate: figures, and what is wrong") {
  const folder f;
  const std::string files = in_shell(f.put("gold.jsonl", gold)) + ' ' + in_shell(f.put("groups.jsonl", groups));
  const outcome o = run("evaluate " + files);
  CHECK(o.code == 0);
  CHECK(o.err.empty());
  CHECK(has(o.out, "4 documents · 2 stories · 2 predicted groups"));
  CHECK(has(o.out, "1 document in no group of the prediction: counted as alone"));
  CHECK(has(o.out, "B-cubed                  0.6667     0.7500     0.7059"));
  CHECK(has(o.out, "pairwise                 0.3333     0.5000     0.4000"));
  CHECK(has(o.out, "Stories most split"));
  CHECK(has(o.out, "Groups most mixed"));
  CHECK_FALSE(has(run("evaluate --worst 0 " + files).out, "most"));
  const json found = json::parse(run("evaluate --json - " + files).out);
  CHECK(found["b_cubed"]["precision"] == 0.6667);
  CHECK(found["ari"] == 0);
  CHECK(found["missing"] == 1);
  CHECK(found["missing_ids"] == json({"d"}));
  CHECK(found["sizes"][1] == json({{"from", 2}, {"to", 2}, {"stories", 2}, {"groups", 0}}));
  CHECK(found["sizes"].back()["to"].is_null());
  CHECK(found["split"][0]["story"] == "flood");
  CHECK(found["split"][0]["parts"][1]["group"].is_null());
  CHECK(found["mixed"][0]["parts"][0]["examples"] == json({"a", "b"}));
}

TEST_CASE("evaluate: the program's own outputs, standard input, compressed files") {
  const folder f;
  const std::string lines = record("a", lighthouse, {{"story", 1}}) + record("b", lighthouse_edited, {{"story", 1}}) +
                            record("c", bakery, {{"story", 2}});
  const std::string in = in_shell(f.put("in.jsonl", lines)), at = f.str() + '/';
  CHECK(run("cluster " + in + " --level near -q --json '" + at + "c.json'").code == 0);
  CHECK(run("dedup " + in + " -q -o /dev/null --groups '" + at + "d.jsonl'").code == 0);
  CHECK(std::system(("gzip -k '" + at + "in.jsonl'").c_str()) == 0);
  for (const std::string& line : {in + " '" + at + "c.json'", in + " '" + at + "d.jsonl'", in + ".gz '" + at + "d.jsonl'"}) {
    const json found = json::parse(run("evaluate --json - " + line).out);
    CHECK(found["pairwise"]["f1"] == 1);
    CHECK(found["documents"] == 3);
  }
  CHECK(run("evaluate - '" + at + "c.json'", "cat " + in + " |").code == 0);
  CHECK(run("evaluate " + in + " -", "cat '" + at + "c.json' |").code == 0);
  const json same = json::parse(run("evaluate --json - '" + at + "c.json' '" + at + "c.json'").out);
  CHECK(same["v_measure"]["v"] == 1);
}

TEST_CASE("evaluate: bad lines are named, an id in two groups ends it") {
  const folder f;
  const std::string good_gold = in_shell(f.put("gold.jsonl", gold)), good_groups = in_shell(f.put("groups.jsonl", groups));
  const std::string odd = in_shell(f.put("odd.jsonl", gold + "[]\n{\"story\": 1}\nx\n"));
  const outcome o = run("evaluate -q " + odd + ' ' + good_groups);
  CHECK(o.code == 1);
  CHECK(has(o.err, "odd.jsonl:5: not a JSON object"));
  CHECK(has(o.err, "odd.jsonl:6: no field \"id\""));
  CHECK(has(o.err, "odd.jsonl:7: not JSON"));
  CHECK(has(o.out, "3 lines skipped"));
  const outcome twice = run("evaluate " + good_gold + ' ' + in_shell(f.put("twice.jsonl", groups + groups)));
  CHECK(twice.code == 3);
  CHECK(has(twice.err, "twice.jsonl:2: id \"a\" is in two groups"));
  CHECK(run("evaluate " + good_gold + " nowhere.json").code == 3);
  CHECK(run("evaluate " + good_gold + ' ' + in_shell(f.put("text.txt", good))).code == 3);
  CHECK(run("evaluate " + good_gold + ' ' + in_shell(f.put("empty.jsonl", ""))).code == 0);  // nothing was a duplicate
}

TEST_CASE("evaluate: standard input is read from where it stands, packed or not") {
  const folder f;
  const std::string at = "cd '" + f.str() + "' && ";
  f.put("gold.jsonl", gold), f.put("groups.jsonl", groups), f.put("both", "first\n" + gold);
  REQUIRE(std::system((at + "gzip -k gold.jsonl groups.jsonl").c_str()) == 0);
  const std::string expected = run("evaluate gold.jsonl groups.jsonl", at).out;
  for (const char* line : {"- groups.jsonl <gold.jsonl", "- groups.jsonl <gold.jsonl.gz", "gold.jsonl - <groups.jsonl.gz",
                           "gold.jsonl.gz groups.jsonl.gz"})
    CHECK_MESSAGE(run(std::string("evaluate ") + line, at).out == expected, line);
  CHECK(run("evaluate - groups.jsonl", at + "cat gold.jsonl.gz |").out == expected);
  CHECK(std::system((at + "{ read first; '" + program + "' evaluate - groups.jsonl >rest; } <both").c_str()) == 0);
  CHECK(slurp(f.path / "rest") == expected);
  CHECK(run("evaluate - groups.jsonl <&-", at).code == 3);
}

TEST_CASE("evaluate: wrong files are refused, with a guess at what happened") {
  const folder f;
  const std::string gold_file = in_shell(f.put("gold.jsonl", gold)), group_file = in_shell(f.put("groups.jsonl", groups)),
                    pair = in_shell(f.str() + "/pair.json");
  REQUIRE(run("compare -q --json " + pair + ' ' + gold_file + ".txt " + gold_file + ".txt",
              "cp " + gold_file + ' ' + gold_file + ".txt;")
              .code == 0);
  const auto said = [](const std::string& files) {
    const outcome o = run("evaluate " + files);
    CHECK(o.code == 3);
    CHECK(o.out.empty());
    return o.err;
  };
  CHECK(has(said(gold_file + ' ' + pair), "pair.json: no grouping: the JSON of cluster, the groups file of dedup, or lines"));
  CHECK(has(said(group_file + ' ' + gold_file), "are the two files swapped? GOLD comes first"));
  CHECK(has(said(gold_file + ' ' + gold_file), "are the two files swapped?"));
  const std::string others = in_shell(f.put("others.jsonl", "{\"documents\": [\"x/a\", \"x/b\"]}\n"));
  CHECK(
      has(said(gold_file + ' ' + others), "no document in common: one has \"a\", the other \"x/a\"; are their ids the same?"));
  std::string odd = gold;
  for (int i = 0; i < 150; ++i) odd += "{\"id\": null, \"story\": 1}\n";
  const outcome many = run("evaluate " + in_shell(f.put("odd.jsonl", odd)) + ' ' + group_file);
  CHECK(many.code == 1);
  CHECK(has(many.out, "150 lines skipped"));
  CHECK(lines_of(many.err).size() == 101);
  CHECK(has(many.err, "odd.jsonl:5: field \"id\" is neither string nor number"));
  CHECK(has(many.err, "skipped: 50 more"));
}

TEST_CASE("a group has one number: in cluster's JSON, on the terminal, in its report, and where it is evaluated") {
  const folder f;
  const std::string at = in_shell(f.str() + '/');
  const outcome o = run("cluster " + news + " -q --json - --html " + at + "r.html");
  f.put("groups.json", o.out);
  const json found = json::parse(o.out);
  const std::string shown = run("cluster -q " + news).out, page = slurp(f.path / "r.html");
  std::string gold_lines;
  for (const json& g : found["groups"]) {
    if (g["documents"].size() < 2) break;
    const std::string number = std::to_string(g["id"].get<int>()), title = g["title"].get<std::string>().substr(0, 20);
    CHECK_MESSAGE(has('\n' + shown, '\n' + number + std::string(3 - number.size(), ' ') + title), title);
    CHECK(has(page, "<summary>" + number));
    for (const json& id : g["documents"])
      gold_lines += json{{"id", id}, {"story", gold_lines.size()}}.dump() + '\n';  // all of it is wrongly together
  }
  const json judged = json::parse(
      run("evaluate --worst 1000 --json - " + in_shell(f.put("gold.jsonl", gold_lines)) + ' ' + at + "groups.json").out);
  CHECK(judged["mixed"].size() > 10);
  for (const json& m : judged["mixed"]) {
    const std::string name = m["group"];
    const auto number = static_cast<std::size_t>(std::stoi(name.substr(6)));
    CHECK(name == "group " + std::to_string(number) + ": " + found["groups"][number]["title"].get<std::string>());
  }
}

TEST_CASE("evaluate: wrong usage") {
  const folder f;
  const std::string file = in_shell(f.put("gold.jsonl", gold)) + ' ';
  check_refused("evaluate", "GOLD");
  check_refused("evaluate " + file, "two files, GOLD and PREDICTION");
  check_refused("evaluate " + file + file + file, "two files, GOLD and PREDICTION");
  check_refused("evaluate - -", "only one of GOLD and PREDICTION");
  check_refused("evaluate --threshold 0.5 " + file + file, "--threshold has no meaning without --lsh");
  check_refused("evaluate --text-field x " + file + file, "--text-field has no meaning without --lsh");
  check_refused("evaluate --lsh --worst 3 " + file, "--worst has no meaning with --lsh");
  check_refused("evaluate --worst x " + file + file, "--worst");
  const outcome help = run("evaluate --help");
  CHECK(help.code == 0);
  CHECK(has(help.out, "Examples:"));
}

TEST_CASE("evaluate --lsh: recall by similarity, beside theory") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", made_up_records(600, 3)));
  const outcome o = run("evaluate --lsh " + in);
  CHECK(o.code == 0);
  CHECK(has(o.out, "600 documents"));
  CHECK(has(o.out, "word:3 · minhash, 128 slots, 18 bands of 7 rows · threshold 0.8"));
  CHECK(has(o.out, "similarity      pairs      found   recall     95 % interval  theory  error"));
  CHECK(has(o.out, "≥ 0.8"));
  const json found = json::parse(run("evaluate --lsh -q --json - --threshold 0.6 --slots 256 " + in).out);
  CHECK(found["options"]["slots"] == 256);
  CHECK(found["at_threshold"]["from"] == 0.6);
  CHECK(found["at_threshold"]["recall"] >= 0.95);
  CHECK(found["at_threshold"]["error_ratio"] < 1.1);
  CHECK(found["documents"].get<int>() + found["copies"].get<int>() == 600);
  CHECK(json::parse(run("evaluate --lsh -q --json - --sample 50 " + in).out)["collection"] == 600);
  CHECK(json::parse(run("evaluate --lsh -q --json - --sketch simhash " + in).out).contains("distance"));
  CHECK(run("evaluate --lsh -q --json - --threads 1 " + in).out == run("evaluate --lsh -q --json - --threads 3 " + in).out);
  CHECK(run("evaluate --lsh -", "cat " + in + " |").code == 0);
}

TEST_CASE("advise: a drawing, reasons, and the command to use") {
  const folder f;
  const std::string in = in_shell(f.put("in file.jsonl", made_up_records(600, 3)));
  const outcome o = run("advise " + in);
  CHECK(o.code == 0);
  CHECK(has(o.out, "100 % │"));
  CHECK(has(o.out, "threshold 0."));
  CHECK(has(o.out, "retold dedup " + in + " -o kept.jsonl --threshold 0."));
  CHECK(has(o.out, "retold cluster " + in + " --level near --threshold 0."));
  CHECK(has(run("advise --threshold 0.65 --slots 512 " + in).out, "--threshold 0.65 --slots 512\n"));
  const json advised = json::parse(run("advise -q --json - --threshold 0.65 " + in).out);
  CHECK(advised["options"]["threshold"] == 0.65);
  CHECK(advised["choices"].size() == 4);
  CHECK(advised["chosen"]["recall"] >= 0.95);
  const auto width = [](const std::string& line) {  // in characters
    return std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
  };
  for (const char* command : {"advise ", "evaluate --lsh "})
    for (const std::string& line : lines_of(run(command + in, "COLUMNS=80").out))
      if (!line.starts_with("retold ")) CHECK_MESSAGE(width(line) <= 80, line);
}

namespace {

// The commands that advise printed, run in the folder as they stand; what each ended with.
std::vector<outcome> as_printed(const outcome& advised, const std::string& in) {
  std::vector<outcome> out;
  for (const std::string& line : lines_of(advised.out))
    if (line.starts_with("retold ")) out.push_back(run(line.substr(7), "cd " + in_shell(in) + " && "));
  return out;
}

}  // namespace

TEST_CASE("advise: what it prints runs as printed") {
  const folder f;
  const std::string at = "cd " + in_shell(f.str()) + " && ";
  std::string other_fields, plain = record("a", lighthouse) + record("b", lighthouse_edited) + record("c", bakery);
  for (const json& r : parsed(plain))
    other_fields += json{{"key", r["id"]}, {"b'ody", r["text"]}, {"-t", "x"}, {"when", "2026-01-02"}}.dump() + '\n';
  f.put("-x.jsonl", plain), f.put("it's here.jsonl", plain), f.put("other.jsonl", other_fields), f.put("kept.jsonl", plain);
  f.put("records/sub/r.ndjson", plain), f.put("records/note.pdf", "x"), f.put("texts/a.txt", lighthouse);
  f.put("mixed/r.jsonl", plain), f.put("mixed/z.txt", lighthouse), f.put("named/x:12.txt", plain),
      f.put("named/y:7.jsonl", plain);
  f.put("texts/b.txt", bakery), f.put("odd:12", lighthouse), f.put("lines.json", plain);
  struct line {
    const char *inputs, *dedup;  // the beginning of what is printed for dedup; null: nothing
  };
  const line lines[] = {
      {"./-x.jsonl", "dedup ./-x.jsonl -o kept.jsonl --threshold 0.8"},
      {"-- -x.jsonl", "dedup ./-x.jsonl -o kept.jsonl"},
      {"\"it's here.jsonl\"", "dedup 'it'\\''s here.jsonl' -o kept.jsonl"},
      {"--text-field=\"b'ody\" --id-field key --title-field=-t --date-field when --source-field s other.jsonl",
       "dedup other.jsonl -o kept.jsonl --threshold 0.8 --id-field=key --text-field='b'\\''ody' --title-field=-t "
       "--date-field=when"},
      {"kept.jsonl", "dedup kept.jsonl -o ../kept.jsonl"},
      {"records", "dedup records -o kept.jsonl"},
      {"records texts", "dedup records -o kept.jsonl"},
      {"texts odd:12 lines.json", "dedup lines.json -o kept.jsonl"},
      {"texts", nullptr},
      {"mixed", nullptr},  // of which dedup would take the half
      {"mixed records/", "dedup records/ -o kept.jsonl"},
      {"named", nullptr},
      {"named named/y:7.jsonl", "dedup named/y:7.jsonl -o kept.jsonl"},
      {"records records/sub/r.ndjson records/ texts", "dedup records records/sub/r.ndjson records/ -o kept.jsonl"},
      {"mixed/r.jsonl mixed texts/a.txt texts", "dedup mixed/r.jsonl -o kept.jsonl"},
      {"odd:12 texts", nullptr},
      {"--threshold 0.123456 --recall 0.987654 --preset short lines.json",
       "dedup lines.json -o kept.jsonl --threshold 0.123456 --shingle char:5 --slots 256 --recall 0.987654"}};
  const folder work;
  fs::copy(f.path, work.path / "in", fs::copy_options::recursive);
  for (const auto& [inputs, dedup] : lines) {
    const outcome advised = run(std::string("advise ") + inputs, at);
    CHECK_MESSAGE(advised.code == 0, advised.err);
    const auto results = as_printed(advised, work.str() + "/in");
    CHECK_MESSAGE(results.size() == (dedup == nullptr ? 1 : 2), advised.out);
    for (const outcome& o : results) CHECK_MESSAGE(o.code == 0, o.err);
    if (dedup != nullptr) CHECK_MESSAGE(has(advised.out, std::string("\nretold ") + dedup), advised.out);
    if (dedup == nullptr) CHECK_FALSE(has(advised.out, "retold dedup"));
    fs::copy_file(f.path / "kept.jsonl", work.path / "in" / "kept.jsonl", fs::copy_options::overwrite_existing);
  }
  const outcome here = run("advise .", "cd " + in_shell(f.str() + "/records") + " && ");
  CHECK(has(here.out, "dedup . -o ../kept.jsonl"));
  const outcome piped = run("advise -", "cd / && cat " + in_shell(f.str() + "/-x.jsonl") + " |");
  CHECK(has(piped.out, "retold dedup - -o kept.jsonl"));
  CHECK(run("dedup -q - -o /dev/null", "cat " + in_shell(f.str() + "/-x.jsonl") + " |").code == 0);
}

TEST_CASE("advise: where there is nothing to compare, it says so and advises nothing") {
  const folder f;
  for (const auto& [lines, said] :
       {std::pair(record("a", bakery), "1 document\none text alone"),
        std::pair(record("a", "...") + record("b", "?"), "2 documents; 2 without words\nno words")}) {
    const std::string in = in_shell(f.put("in.jsonl", lines));
    for (const char* command : {"advise ", "evaluate --lsh "}) {
      const outcome o = run(command + in);
      CHECK(o.code == 0);
      CHECK(o.out == std::string(said) + ": there is nothing to compare\n");
    }
    CHECK(json::parse(run("advise --json - " + in).out)["chosen"].is_null());
  }
  check_refused("advise --sample -1 x", "--sample: '-1' is no number that it takes");
  check_refused("evaluate --lsh --sample=-1 x", "--sample: '-1' is no number that it takes");
}

TEST_CASE("advise: a folder, short texts, bad lines, nothing to read") {
  const folder f;
  f.put("data/a.txt", good);
  f.put("data/b.txt", good + "And more.\n");
  const outcome texts = run("advise " + f.str() + "/data");
  CHECK(has(texts.out, "2 documents"));
  CHECK(has(texts.out, "retold cluster "));
  f.put("data/c.pdf", "x");
  CHECK(has(run("advise " + f.str() + "/data").err, "1 input ignored (-v says why)"));
  CHECK(has(run("evaluate --lsh -v " + f.str() + "/data").err, "c.pdf: not a kind that is read"));
  CHECK_FALSE(has(texts.out, "retold dedup "));  // which takes JSONL
  std::string titles;
  for (int i = 0; i < 30; ++i)
    titles += record(std::to_string(i), "The lighthouse of Brannoch will be sold " + std::to_string(i));
  const outcome o = run("advise " + in_shell(f.put("titles.jsonl", titles + "no JSON\n")));
  CHECK(o.code == 1);
  CHECK(has(o.err, "titles.jsonl:31"));
  CHECK(has(o.out, "char:5: half of the documents have fewer than 9 words"));
  CHECK(has(o.out, "--shingle char:5"));
  CHECK(has(run("advise --shingle word:2 " + f.str() + "/titles.jsonl").out, "--shingle word:2"));
  const outcome none = run("advise " + in_shell(f.put("empty.jsonl", "")));
  CHECK(none.code == 3);
  CHECK(has(none.err, "no document was found"));
  CHECK(run("advise nowhere").code == 3);
  check_refused("advise", "IN is required");
  check_refused("advise --threshold 2 " + f.str() + "/titles.jsonl", "threshold 2 is out of range");
  check_refused("advise --sketch simhash " + f.str() + "/titles.jsonl", "simhash has no bands");
  check_refused("evaluate --lsh --sample x " + f.str() + "/titles.jsonl", "--sample");
  CHECK(has(run("advise --help").out, "Examples:"));
  const std::string advised = run("advise --help", "COLUMNS=1000").out, measured = run("evaluate --help", "COLUMNS=1000").out;
  CHECK_FALSE(has(advised, "efault 0.8"));
  CHECK_FALSE(has(advised, "default 128"));
  CHECK_FALSE(has(advised, "default word:3"));
  CHECK(has(advised, "Where none is given, one is chosen."));
  CHECK(has(measured, "Default 0.8."));
  CHECK(has(measured, "default 128"));
  CHECK_FALSE(has(measured, "chosen"));
  CHECK(has(measured, "or what cluster --json wrote"));
}
