// SPDX-License-Identifier: Apache-2.0
// `compare`: two texts, a list of pairs of documents, a list of pairs of sentences.
#include "program.hpp"

TEST_CASE("compare two files") {
  const std::string a = news + "/fr-barrage-agence.txt", b = news + "/fr-barrage-quotidien.txt";
  const outcome text = run("compare " + a + " " + b);
  CHECK(text.code == 0);
  CHECK(has(text.out, "paraphrased"));
  const json result = json::parse(run("compare -q --json - " + a + " " + b).out);
  CHECK(result["documents"].size() == 2);
  CHECK(result["passages"].size() > 2);
  const json points = json::parse(run("compare -q --json - --offsets codepoints " + a + " " + b).out);
  CHECK(points["passages"].size() == result["passages"].size());
  CHECK(points["passages"].back()["a"]["begin"] < result["passages"].back()["a"]["begin"]);  // French has accents
  CHECK(run("compare " + a + " nowhere.txt").code == 3);
  CHECK(run("compare " + a + " " + news + "/wire-october.jsonl").code == 3);  // three documents
}

TEST_CASE("weaker passages on demand, and offsets in one line") {
  const std::string both = news + "/fr-barrage-agence.txt " + news + "/fr-barrage-quotidien.txt";
  const auto classes = [&](const std::string& options) {
    std::set<std::string> found;
    const json result = json::parse(run("compare -q --json - " + both + " " + options).out);
    for (const auto& p : result["passages"]) found.insert(p["class"]);
    return found;
  };
  CHECK_FALSE(classes("").contains("related"));
  CHECK(classes("--weakest related").contains("related"));
  CHECK(lines_of(run("compare -q --json - --offsets utf16 " + both).out).size() == 1);
}

TEST_CASE("compare --list and --pairs answer line by line") {
  const folder f;
  const std::string list =
      f.put("list.jsonl", "{\"a\":\"" + news_folder + "/en-ferry-agency.txt\",\"b\":\"" + news_folder +
                              "/en-ferry-coast-daily.txt\",\"note\":7}\n"
                              "{\"a_text\":\"The cat sat on the mat.\",\"b_text\":\"The cat sat on the mat.\"}\n"
                              "{\"a\":\"gone.txt\",\"b\":\"gone.txt\"}\n");
  const outcome o = run("compare --list " + list);
  CHECK(o.code == 1);
  CHECK(has(o.err, "list.jsonl:3"));
  std::istringstream lines(o.out);
  std::vector<json> answers;
  for (std::string line; std::getline(lines, line);) answers.push_back(json::parse(line));
  REQUIRE(answers.size() == 3);
  CHECK(answers[0]["note"] == 7);
  CHECK_FALSE(answers[0]["passages"].empty());
  CHECK(answers[1]["passages"][0]["class"] == "identical");
  CHECK(answers[2].contains("error"));

  const std::string pairs = f.put("pairs.jsonl", "{\"a\": \"It rains.\", \"b\": \"It rains.\", \"n\": 1.50}\nno json\n");
  const outcome p = run("compare --pairs " + pairs);
  CHECK(p.code == 1);
  CHECK(p.out.starts_with(
      "{\"a\": \"It rains.\", \"b\": \"It rains.\", \"n\": 1.50, \"retold\": {\"class\": \"identical\", \"score\": "));
}

TEST_CASE("compare --pairs: the words of the first lines are the background, whoever reads them, on however many threads") {
  const folder f;
  std::string lines = "no json\n";
  for (int i = 0; i < 600; ++i)
    lines += "{\"a\": \"Shares in Bellmarket closed higher, Ostrava ore " + std::to_string(i) +
             " excepted.\", \"b\": \"Shares in Bellmarket closed higher today.\"}\n";
  const std::string path = f.put("pairs.jsonl", lines);
  const outcome one = run("compare --threads 1 --pairs " + path), two = run("compare --threads 2 --pairs " + path),
                piped = run("compare --pairs - < " + path);
  CHECK(one.code == 1);
  CHECK(one.out == two.out);
  CHECK(one.out == piped.out);
  const std::string alone = f.put("one.jsonl", lines_of(lines)[7] + "\n");
  CHECK(json::parse(lines_of(run("compare --pairs " + alone).out)[0])["retold"]["score"].get<double>() >
        json::parse(lines_of(one.out)[7])["retold"]["score"].get<double>());
}

TEST_CASE("compare names a broken record beside the good one") {
  const folder f;
  const std::string a = f.put("a.jsonl", "{\"id\":\"x\",\"text\":\"It rains in Torvik.\"}\n[]\n"), b = f.put("b.txt", good);
  const outcome o = run("compare " + a + " " + b);
  CHECK(o.code == 1);
  CHECK(has(o.err, "a.jsonl:2"));
}

TEST_CASE("compare - tells text, HTML and JSONL by the first characters") {
  const folder f;
  const std::string other = f.put("other.txt", good);
  const auto piped = [&](const std::string& bytes, const std::string& line) {
    return run(line, "cat " + f.put("in", bytes) + " |");
  };
  const auto first = [&](const std::string& bytes) {
    const outcome o = piped(bytes, "compare -q --json - - " + other);
    CHECK_MESSAGE(o.code == 0, o.err);
    return json::parse(o.out);
  };
  for (const std::string& bytes : {good, "\n\t " + good, "\xEF\xBB\xBF" + good}) {
    const json found = first(bytes);
    CHECK(found["documents"][0]["tokens"] == 24);
    CHECK(found["passages"][0]["class"] == "identical");
    CHECK(found["passages"][0]["a"]["begin"] == bytes.size() - good.size());
  }
  for (const char* head : {"<!DOCTYPE html>", "\n <!doctype HTML>", "<HTML lang=en>", "\xEF\xBB\xBF<html>"}) {
    const json page = first(head + ("<title>Sale</title><p>" + good));
    CHECK(page["documents"][0]["title"] == "Sale");
    CHECK(page["documents"][0]["tokens"] == 24);
  }
  CHECK(first("<b>bold</b> words")["documents"][0]["title"] == "<b>bold</b> words");
  const json record = first("\n {\"id\": \"k\", \"text\": \"one two three\"}\n");
  CHECK(record["documents"][0]["id"] == "k");
  CHECK(record["documents"][0]["tokens"] == 3);
  CHECK(first("")["documents"][0]["tokens"] == 0);
  CHECK(first(std::string("\xFF\xFEo\0k\0", 6))["documents"][0]["tokens"] == 1);
  CHECK(json::parse(piped(good, "compare -q --json - " + other + " -").out)["documents"][1]["id"] == "-");
  CHECK(piped("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "compare - " + other).code == 3);
  CHECK(piped("{ no JSON", "compare - " + other).code == 3);
  const outcome binary = piped(std::string("PK\x03\x04\0\0", 6), "compare - " + other);
  CHECK(binary.code == 3);
  CHECK(has(binary.err, "binary"));
  const outcome broken = run("compare - " + other + " <" + f.str());
  CHECK(broken.code == 3);
  CHECK(has(broken.err, "standard input cannot be read"));
  check_refused("compare - -", "only one of the two");
}

TEST_CASE("blank lines of lists and pairs are no questions; a line's other fields come back") {
  const folder f;
  const std::string a = f.put("a.txt", good);
  const std::string list =
      f.put("list.jsonl", "\n{\"id\": 7, \"note\": {\"x\": [1]}, \"a\": \"" + a + "\", \"b\": \"" + a + "\"}\r\n \t\r\n" +
                              "{\"id\": \"k\", \"note\": null, \"a_text\": \"One cat.\", \"b_text\": \"One cat.\"}\nbad\n\n");
  const outcome o = run("compare --list " + list);
  CHECK(o.code == 1);
  CHECK(has(o.err, "list.jsonl:5: "));
  const std::vector<std::string> answers = lines_of(o.out);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].starts_with("{\"id\":7,\"note\":{\"x\":[1]},\"retold\":"));
  CHECK(answers[1].starts_with("{\"id\":\"k\",\"note\":null,\"retold\":"));
  for (const int i : {0, 1}) {
    const json answer = json::parse(answers[static_cast<std::size_t>(i)]);
    CHECK(answer["passages"][0]["class"] == "identical");
    for (const char* own : {"a", "b", "a_text", "b_text"}) CHECK_FALSE(answer.contains(own));
  }
  const outcome p = run("compare --pairs " + f.put("pairs.jsonl", "\n{\"a\": \"It rains.\", \"b\": \"It rains.\"}\n\r\n\n"));
  CHECK(p.code == 0);
  CHECK(lines_of(p.out).size() == 1);
  const outcome none = run("compare --pairs " + f.put("none.jsonl", "\n\n"));
  CHECK(none.code == 0);
  CHECK(none.out.empty());
  const outcome stdin_side = run("compare --list " + f.put("dash.jsonl", "{\"a\": \"-\", \"b\": \"" + a + "\"}\n"));
  CHECK(stdin_side.code == 1);
  CHECK(has(stdin_side.err, "standard input"));
}

TEST_CASE("a list's relative paths start at the current folder") {
  const folder f;
  f.put("here/a.txt", good);
  const std::string list = f.put("lists/list.jsonl", "{\"a\": \"here/a.txt\", \"b\": \"here/a.txt\"}\n");
  CHECK(run("compare --list " + list, "cd '" + f.str() + "' &&").code == 0);
}

TEST_CASE("compare --spans: the longest spans of reuse in place of sentences") {
  const std::string a = news + "/en-flood-tarnbrook-brief.txt", b = news + "/en-flood-tarnbrook-long.txt";
  const json spans = json::parse(run("compare -q --json - --spans " + a + " " + b).out);
  const json sentences = json::parse(run("compare -q --json - " + a + " " + b).out);
  REQUIRE(spans["passages"].size() == 2);
  CHECK(sentences["passages"].size() > 2);
  CHECK(spans["documents"] == sentences["documents"]);
  CHECK(spans["similarity"] == sentences["similarity"]);
  const json& longest = spans["passages"][0];
  CHECK(longest["class"] == "identical");
  CHECK(longest["a"]["text"] == longest["b"]["text"]);
  CHECK(longest["a"]["text"].get<std::string>().size() > 400);
  CHECK(longest["differences"].empty());
  CHECK(spans["shares"]["a"]["identical"] > 0.8);
  CHECK(spans["shares"]["a"]["reused"] > 0.8);
  const std::string stored = slurp(news_folder + "/en-flood-tarnbrook-brief.txt");
  const std::size_t begin = longest["a"]["begin"], end = longest["a"]["end"];
  CHECK(stored.substr(begin, end - begin) == longest["a"]["text"]);
  CHECK(has(run("compare --spans " + a + " " + b).out, "2 spans of reuse"));
  CHECK(json::parse(run("compare -q --json - --spans --span-words 40 " + a + " " + b).out)["passages"].size() >= 1);
  CHECK(json::parse(run("compare -q --json - --spans --span-words 4000 " + a + " " + b).out)["passages"].empty());
  const outcome alone = run("compare --span-words 40 " + a + " " + b),
                none = run("compare --spans --span-words 0 " + a + " " + b);
  CHECK(alone.code == 2);
  CHECK(has(alone.err, "--span-words goes with --spans"));
  CHECK(none.code == 2);
  CHECK(has(none.err, "span words 0 is out of range"));

  const folder f;
  const std::string page = (f.path / "spans.html").string();
  CHECK(run("compare -q --spans --html " + page + ' ' + a + ' ' + b).code == 0);
  CHECK(has(slurp(page), "<b>2</b> spans of reuse"));
}

TEST_CASE("a long span is shortened on the terminal, and not in JSON") {
  const folder f;
  std::string text;
  for (int i = 0; i < 60; ++i)
    text += "Ship number " + std::to_string(i) + " reached the harbour of port " + std::to_string(97 * i) + ". ";
  const std::string a = f.put("a.txt", text), b = f.put("b.txt", text);
  const outcome o = run("compare --spans " + a + ' ' + b);
  CHECK(has(o.out, "1 span of reuse"));
  CHECK(has(o.out, "100 % of"));
  CHECK(has(o.out, " […] "));
  CHECK(o.out.size() < text.size());
  const std::size_t cut = o.out.find(" […] ");  // between words
  CHECK(std::isspace(static_cast<unsigned char>(text[text.find(o.out.substr(cut - 12, 12)) + 12])));
  const json whole = json::parse(run("compare -q --json - --spans " + a + ' ' + b).out);
  CHECK(whole["passages"][0]["a"]["text"].get<std::string>().size() + 1 >= text.size());
}

TEST_CASE("compare --list --spans, in code points") {
  const folder f;
  const std::string shared =
      "Les pêcheurs réclamaient une digue plus élevée depuis qu’une tempête a coulé quatorze bateaux en janvier.";
  const std::string list =
      f.put("list.jsonl", json{{"a_text", "Été à la mer, sans nuages. " + shared}, {"b_text", shared}, {"note", 7}}.dump() +
                              '\n' + json{{"a_text", ""}, {"b_text", shared}}.dump() + "\nno json\n");
  const outcome o = run("compare --spans --offsets codepoints --list " + list);
  CHECK(o.code == 1);
  const auto answers = lines_of(o.out);
  REQUIRE(answers.size() == 3);
  const json first = json::parse(answers[0]);
  CHECK(first["note"] == 7);
  REQUIRE(first["passages"].size() == 1);
  CHECK(first["passages"][0]["a"]["begin"] == 27);
  CHECK(first["passages"][0]["b"]["begin"] == 0);
  CHECK(first["passages"][0]["a"]["text"] == shared);
  CHECK(json::parse(answers[1])["passages"].empty());
}

TEST_CASE("--spans where it has no meaning is refused") {
  const std::string both = news + "/en-flood-tarnbrook-brief.txt " + news + "/en-flood-tarnbrook-long.txt";
  CHECK(run("compare --spans --pairs -", "echo '{}' |").code == 2);
  CHECK(run("compare --spans --weakest related " + both).code == 2);
  CHECK(run("compare --spans --span-words 0 " + both).code == 2);
}
