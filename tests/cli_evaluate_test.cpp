// SPDX-License-Identifier: Apache-2.0
// `evaluate` and `advise` through the program.
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

TEST_CASE("evaluate: wrong usage") {
  const folder f;
  const std::string file = in_shell(f.put("gold.jsonl", gold)) + ' ';
  check_refused("evaluate", "GOLD");
  check_refused("evaluate " + file, "two files: GOLD and PREDICTION");
  check_refused("evaluate " + file + file + file, "two files: GOLD and PREDICTION");
  check_refused("evaluate - -", "only one of GOLD and PREDICTION");
  check_refused("evaluate --worst x " + file + file, "--worst");
  const outcome help = run("evaluate --help");
  CHECK(help.code == 0);
  CHECK(has(help.out, "Examples:"));
}
