// SPDX-License-Identifier: Apache-2.0
// `compare`: two texts, a list of pairs of documents, a list of pairs of sentences.
#include "program.hpp"

namespace {

std::string in_folder(const folder& f) { return "cd '" + f.str() + "' && "; }

// A Zstandard frame of one raw block: magic, one byte for the size, the last block. Up to 255 bytes.
std::string zstd(const std::string& bytes) {
  const auto low = static_cast<char>((bytes.size() << 3 | 1) & 0xFF), high = static_cast<char>(bytes.size() >> 5);
  return std::string("\x28\xB5\x2F\xFD\x20", 5) + static_cast<char>(bytes.size()) + low + high + '\0' + bytes;
}

}  // namespace

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
  const outcome o = run("compare --json - " + a + " " + b);
  CHECK(o.code == 1);
  CHECK(has(o.err, "a.jsonl:2"));
  CHECK(has(json::parse(o.out)["skipped"][0]["input"].get<std::string>(), "a.jsonl:2"));
  const outcome listed = run("compare --offsets utf16 --list " + f.put("list.jsonl", json{{"a", a}, {"b", b}}.dump()));
  CHECK(listed.code == 1);
  CHECK(has(listed.err, "list.jsonl:1: " + a + ":2: "));
  CHECK(json::parse(listed.out)["skipped"].size() == 1);
  CHECK_FALSE(json::parse(run("compare --json - " + b + ' ' + b).out).contains("skipped"));
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
  CHECK(answers[0].starts_with("{\"id\":7,\"note\":{\"x\":[1]},\"a\":\"" + a + "\",\"b\":\"" + a + "\",\"retold\":"));
  CHECK(answers[1].starts_with("{\"id\":\"k\",\"note\":null,\"retold\":"));
  for (const int i : {0, 1}) {
    const json answer = json::parse(answers[static_cast<std::size_t>(i)]);
    CHECK(answer["passages"][0]["class"] == "identical");
    for (const char* own : {"a_text", "b_text"}) CHECK_FALSE(answer.contains(own));
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

TEST_CASE("fields of a line whose names the answer needs are kept under \"line\"") {
  const folder f;
  const json own = {{"similarity", 0.5}, {"line", "seven"}, {"retold", {{"class", "near"}}}, {"a", "kept"}, {"n", 1.5}};
  json line = own;
  line["a_text"] = line["b_text"] = "One cat.";
  const std::string list = f.put("list.jsonl", line.dump() + "\n" + json{{"error", "old"}, {"a", 7}}.dump() + "\n");
  const auto answers = lines_of(run("compare --list " + list).out);
  REQUIRE(answers.size() == 2);
  const json answer = json::parse(answers[0]), failed = json::parse(answers[1]);
  CHECK(answer["line"] == json{{"similarity", 0.5}, {"line", "seven"}, {"retold", {{"class", "near"}}}});
  CHECK(answer["a"] == "kept");
  CHECK(answer["n"] == 1.5);
  CHECK(answer["similarity"]["jaccard"] == 1);
  CHECK(failed["line"] == json{{"error", "old"}});
  CHECK(failed["a"] == 7);
  CHECK(has(failed["error"].get<std::string>(), "no string in field"));
  const json again = json::parse(lines_of(run("compare --list -", "printf '%s\\n' '" + answers[1] + "' |").out)[0]);
  CHECK(again["line"] == json{{"error", failed["error"]}, {"line", {{"error", "old"}}}});
}

TEST_CASE("so are those that only other answers have") {
  const folder f;
  const json own = {{"error", "old"}, {"skipped", 3}};
  json line = own, alone = {{"line", 7}};
  line["a_text"] = line["b_text"] = alone["a_text"] = alone["b_text"] = "One cat.";
  const json failing = {{"passages", 2}, {"retold", "old"}, {"n", 1}};
  const outcome o =
      run("compare --list " + f.put("list.jsonl", line.dump() + "\n" + alone.dump() + "\n" + failing.dump() + "\nno json\n"));
  const auto answers = lines_of(o.out);
  REQUIRE(answers.size() == 4);
  CHECK(answers[3] == "{\"line\":\"no json\",\"error\":\"no JSON\"}");
  const json answer = json::parse(answers[0]), failed = json::parse(answers[2]);
  CHECK(answer["line"] == own);
  CHECK_FALSE(answer.contains("error"));
  CHECK_FALSE(answer.contains("skipped"));
  CHECK(json::parse(answers[1])["line"] == json{{"line", 7}});
  CHECK(failed["line"] == json{{"passages", 2}, {"retold", "old"}});
  CHECK(failed["n"] == 1);
  CHECK(has(o.err, "list.jsonl:3"));
}

TEST_CASE("a line of very many fields is a bad line, not a long wait") {
  const folder f;
  const auto line = [](std::size_t fields, const char* end) {
    json wide = {{"a", "It rains."}, {"b", "It rains."}, {"a_text", "It rains."}, {"b_text", "It rains."}};
    for (std::size_t i = wide.size(); i < fields; ++i) wide["f" + std::to_string(i)] = i;
    return wide.dump() + end;
  };
  json apart = {{"a", "It rains."}, {"b", "It rains."}, {"a_text", "It rains."}, {"b_text", "It rains."}};
  for (int i = 0; i < 3000; ++i) apart["list"].push_back({{"x", 1}, {"y", 2}});
  const std::string path = f.put("wide.jsonl", line(4000, "\n") + line(4001, "\n") + line(80000, "\n") + apart.dump() + "\n");
  for (const char* mode : {"compare --list ", "compare --pairs "}) {
    const outcome o = run(mode + path);
    CHECK(o.code == 1);
    CHECK(lines_of(o.err).size() == 2);
    CHECK_MESSAGE(has(o.err, "wide.jsonl:2: an object of more than 4,000 fields"), o.err);
    CHECK(has(o.err, "wide.jsonl:3: "));
    const auto answers = lines_of(o.out);
    REQUIRE(answers.size() == 4);
    CHECK(json::parse(answers[0])["f3999"] == 3999);
    CHECK(json::parse(answers[1])["line"] == line(4001, ""));
    CHECK(has(answers[3], "identical"));
  }
}

TEST_CASE("lists and pairs may be compressed, whatever they are called") {
  const folder f;
  const std::string at = in_folder(f), lines = "{\"a\": \"It rains.\", \"b\": \"It rains.\"}\n";
  const std::string texts = "{\"a_text\": \"It rains.\", \"b_text\": \"It rains.\"}\n";
  f.put("pairs", lines), f.put("list", texts), f.put("pairs.zst", zstd(lines)), f.put("list.zst", zstd(texts));
  REQUIRE(std::system((at + "gzip -k pairs list").c_str()) == 0);
  for (const char* mode : {"pairs", "list"}) {
    const std::string line = std::string("compare --") + mode + ' ';
    const outcome plain = run(line + mode, at);
    CHECK(plain.code == 0);
    CHECK(has(plain.out, "identical"));
    for (const char* ending : {"", ".gz", ".zst"}) {
      CHECK(run(line + mode + ending, at).out == plain.out);
      CHECK(run(line + "- <" + mode + ending, at).out == plain.out);
      CHECK(run(line + "-", at + " cat " + mode + ending + " |").out == plain.out);
    }
  }
  REQUIRE(std::system((at + "head -c 30 pairs.gz >cut").c_str()) == 0);
  const outcome cut = run("compare --pairs cut", at);
  CHECK(cut.code == 1);
  CHECK(has(cut.err, "skipped: cut: truncated gzip data"));
  CHECK(has(run("compare --pairs " + f.str()).err, "is a folder"));
  CHECK(run("compare --pairs nowhere.jsonl").code == 3);
}

TEST_CASE("compressed data where it is not unpacked is called so") {
  const folder f;
  const std::string at = in_folder(f), line = json{{"text", good}}.dump() + "\n";
  f.put("other.txt", good), f.put("a", line), f.put("a.zst", zstd(line));
  REQUIRE(std::system((at + "gzip -k a && cp a.gz gzip.jsonl && cp a.zst zstd.jsonl").c_str()) == 0);
  for (const std::string command :
       {"cluster -", "advise -", "evaluate --lsh -", "compare - other.txt", "compare other.txt -"}) {
    const outcome gzip = run(command + " <a.gz", at), zst = run(command + " <a.zst", at);
    CHECK_MESSAGE(gzip.code != 0, command);
    CHECK_MESSAGE(has(gzip.err, "-: gzip data on standard input; unpack it first (zcat)"), gzip.err);
    CHECK_MESSAGE(has(zst.err, "-: Zstandard data on standard input; unpack it first (zstdcat)"), zst.err);
    CHECK_MESSAGE(!has(gzip.err + zst.err, "not JSON"), gzip.err);
  }
  CHECK(has(run("cluster gzip.jsonl", at).err, "gzip.jsonl: gzip data; unpack it, or end its name in .gz"));
  CHECK(has(run("cluster zstd.jsonl", at).err, "zstd.jsonl: Zstandard data; unpack it, or end its name in .zst"));
  CHECK(run("cluster -q a.gz a.zst", at).code == 0);
}

TEST_CASE("of many bad lines the first hundred are named, the others counted") {
  const folder f;
  std::string bad;
  for (int i = 0; i < 1250; ++i) bad += "no json\n";
  const outcome o = run("compare --pairs " + f.put("bad.jsonl", bad));
  CHECK(o.code == 1);
  CHECK(lines_of(o.out).size() == 1250);
  CHECK(lines_of(o.err).size() == 101);
  CHECK(has(o.err, "bad.jsonl:100: "));
  CHECK(has(o.err, "skipped: 1,150 more lines"));
  CHECK(lines_of(run("compare -q --list " + f.str() + "/bad.jsonl").err).size() == 101);
}

TEST_CASE("options that would change nothing are refused by name") {
  const std::string both = news + "/en-flood-tarnbrook-brief.txt " + news + "/en-flood-tarnbrook-long.txt";
  for (const char* option :
       {"--weakest related", "--offsets utf16", "--shingle word:5", "--preset web", "--sketch simhash", "--slots 64",
        "--recall 0.9", "--span-words 30", "--spans", "--text-field x", "--source-field x", "--verbose"}) {
    const std::string name = std::string(option).substr(0, std::string(option).find(' '));
    check_refused(std::string("compare --pairs x ") + option, name + " has no meaning with --pairs");
  }
  check_refused("compare --list x --verbose", "--verbose has no meaning with --list");
  check_refused("compare --span-words 30 " + both, "--span-words goes with --spans");
  const folder f;
  const std::string pairs = f.put("pairs.jsonl", "{\"a\": \"It rains.\", \"b\": \"It rains.\"}\n");
  CHECK(run("compare -q --threads 1 --pairs " + pairs).code == 0);
}

TEST_CASE("an article called .json is records, one a line") {
  const folder f;
  const std::string text = f.put("b.txt", good), one = json{{"id", "k"}, {"text", good}}.dump();
  const json found = json::parse(run("compare -q --json - " + f.put("a.json", one + "\n") + ' ' + text).out);
  CHECK(found["documents"][0]["id"] == "k");
  CHECK(found["similarity"]["jaccard"] == 1);
  for (const std::string& bytes : {"[" + one + "]", "[\n" + one + ",\n" + one + "\n]\n", json::parse(one).dump(1)}) {
    const outcome o = run("compare " + f.put("whole.json", bytes) + ' ' + text);
    CHECK(o.code == 3);
    CHECK(has(o.err, "JSONL is expected here, which jq -c "));
  }
  const outcome piped = run("compare - " + text, "printf '%s' '[" + one + "]' |");
  CHECK(piped.code == 3);
  CHECK(has(piped.err, "a JSON array"));
  CHECK(run("compare -q - " + text, "printf '[Torvik] It rains.' |").code == 0);
}

TEST_CASE("--spans where it has no meaning is refused") {
  const std::string both = news + "/en-flood-tarnbrook-brief.txt " + news + "/en-flood-tarnbrook-long.txt";
  CHECK(run("compare --spans --pairs -", "echo '{}' |").code == 2);
  CHECK(run("compare --spans --weakest related " + both).code == 2);
  CHECK(run("compare --spans --span-words 0 " + both).code == 2);
}
