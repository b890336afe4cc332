// SPDX-License-Identifier: Apache-2.0
// generate: document collections of any size with known near-duplicates, the same bytes for the same seed and input.
//
//   generate --distinct 1000000 news.jsonl.zst -o million.jsonl          2 GB, no two alike
//   generate --distinct 100000 --versions 0.1 --truth truth.jsonl -o made.jsonl news.jsonl.zst
//   generate --copies 100000 -o same.jsonl                               without input: made-up words
//
// Records are {"id", "text"}. Distinct documents are d0, d1, …; d17v is a version of d17, s0 … come from one template, c0 … are
// copies. The truth has a line for each version, {"a", "b", "jaccard", "kind"}, with the exact Jaccard of the shingle sets.
// Distinct documents share a paragraph at most (generate_pool.hpp says why). A version is made of one document (concatenated:
// of two that have no other version), so what is not in the truth, or joined by it, is not near.
#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <utility>

#include "generate_lines.hpp"
#include "generate_pool.hpp"
#include "generate_versions.hpp"
#include "retold/error.hpp"
#include "retold/verify.hpp"

namespace {

using generate::dice, generate::line_file;

struct settings {
  generate::pool_options pool;
  std::string out = "-", truth;
  std::uint64_t distinct = 0, from_template = 0, copies = 0, distance = 10000;
  double versions = 0;

  void validate() const {
    const auto refuse = [](const char* why) { throw retold::error(retold::error_kind::option, why); };
    if (distinct + from_template + copies == 0) refuse("nothing to make; give --distinct, --template or --copies");
    if (!(versions >= 0 && versions <= 1)) refuse("--versions goes from 0 to 1");
    if (versions > 0 && distinct == 0) refuse("--versions needs --distinct: versions are made of those documents");
    if (pool.bytes < 100 || pool.bytes > 1'000'000) refuse("--bytes goes from 100 to 1000000");
    if (distance == 0) refuse("--distance is at least 1");
  }
};

struct made_document {
  std::string id, text;
};

// The documents in their order: kinds mixed by chance, versions waiting for their turn.
class collection {
 public:
  explicit collection(const settings& s)
      : s_(s),
        shingle_(retold::shingle_options::parse(s.pool.shingle)),
        random_(s.pool.seed, 1),
        from_(s.pool, s.distinct + (s.from_template != 0) + (s.copies != 0)),
        out_(s.out) {
    if (!s.truth.empty()) truth_ = std::make_unique<line_file>(s.truth);
    if (s.from_template != 0) template_ = from_.next();
    if (s.copies != 0) copied_ = from_.next();
  }

  void write() {
    std::uint64_t distinct = s_.distinct, from_template = s_.from_template, copies = s_.copies;
    while (const std::uint64_t left = distinct + from_template + copies) {
      const std::uint64_t which = random_.below(left);
      if (which < distinct) {
        add_distinct("d" + std::to_string(s_.distinct - distinct--));
      } else if (which < distinct + from_template) {
        add_filled(s_.from_template - from_template--);
      } else {
        add_copy(s_.copies - copies--);
      }
      ++position_;
      while (!waiting_.empty() && waiting_.begin()->first <= position_) emit_waiting();
    }
    while (!waiting_.empty()) emit_waiting();
    out_.close();
    if (truth_) truth_->close();
    std::fprintf(stderr, "generate: %llu documents, %llu bytes; %llu versions\n", static_cast<unsigned long long>(count_),
                 static_cast<unsigned long long>(out_.bytes()), static_cast<unsigned long long>(versions_));
  }

 private:
  void add_distinct(std::string id) {
    made_document made{std::move(id), from_.next()};
    emit(made);
    dice random(s_.pool.seed ^ 0x7665727369, position_);
    if (random.chance(s_.versions)) {
      add_version(made, random);
    } else if (s_.versions > 0) {
      single_ = std::move(made);  // to be concatenated with
    }
  }

  void add_version(const made_document& of, dice& random) {
    static constexpr double shares[] = {0.01, 0.02, 0.05, 0.1, 0.2};
    static constexpr const char* kinds[] = {"copy",        "byline",      "changed 1%", "changed 2%", "changed 5%",
                                            "changed 10%", "changed 20%", "truncated",  "shuffled",   "concatenated"};
    ++versions_;
    if (turn_ == 9 && single_.id.empty()) turn_ = 0;  // nothing to concatenate with
    const std::size_t kind = std::exchange(turn_, (turn_ + 1) % 10);
    made_document made{of.id + 'v', of.text};
    if (kind == 1) made.text = generate::byline(random) + of.text;
    if (kind >= 2 && kind <= 6) made.text = generate::with_words_changed(of.text, shares[kind - 2], random);
    if (kind == 7) made.text = generate::truncated(of.text, random);
    if (kind == 8) made.text = generate::shuffled(of.text, random);
    if (kind == 9) {
      made.text += '\n' + single_.text;
      tell(std::exchange(single_, {}), made, kinds[kind]);
    }
    tell(of, made, kinds[kind]);
    waiting_.emplace(position_ + 1 + random.below(s_.distance), std::move(made));
  }

  // A word in eighty, at places that are always the same, is a number of this document.
  void add_filled(std::uint64_t n) {
    made_document made{"s" + std::to_string(n), ""};
    if (slots_.empty()) find_slots();
    dice random(s_.pool.seed ^ 0x74656D70, n);
    std::size_t done = 0;
    for (const auto& slot : slots_) {
      made.text.append(template_, done, slot.begin - done).append(std::to_string(random.below(1'000'000)));
      done = slot.end;
    }
    made.text.append(template_, done);
    emit(made);
    if (n == 0) first_filled_ = made;
    if (n != 0) tell(first_filled_, made, "template");
  }

  void find_slots() {
    const auto words = retold::words(retold::normalise(template_));
    for (std::size_t i = words.size() % 80 / 2; i < words.size(); i += 80) slots_.push_back(words[i].where);
  }

  void add_copy(std::uint64_t n) {
    const made_document made{"c" + std::to_string(n), copied_};
    emit(made);
    if (n != 0) tell({"c0", copied_}, made, "copies");
  }

  void emit_waiting() {
    emit(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }

  void emit(const made_document& d) {
    line_.assign("{\"id\": \"").append(d.id).append("\", \"text\": \"");
    generate::append_escaped(line_, d.text);
    out_.write(line_ += "\"}\n");
    ++count_;
  }

  void tell(const made_document& a, const made_document& b, const char* kind) {
    if (!truth_) return;
    const double jaccard = retold::overlap(retold::shingles(a.text, shingle_), retold::shingles(b.text, shingle_)).jaccard;
    char number[32];
    const std::string shown(number, std::to_chars(number, number + sizeof number, jaccard).ptr);
    truth_->write(R"({"a": ")" + a.id + R"(", "b": ")" + b.id + R"(", "jaccard": )" + shown + R"(, "kind": ")" + kind +
                  "\"}\n");
  }

  const settings& s_;
  retold::shingle_options shingle_;
  dice random_;
  generate::sources from_;
  line_file out_;
  std::unique_ptr<line_file> truth_;
  std::string template_, copied_, line_;
  std::vector<retold::slice> slots_;
  made_document single_, first_filled_;
  std::multimap<std::uint64_t, made_document> waiting_;
  std::uint64_t position_ = 0, count_ = 0, versions_ = 0, turn_ = 0;
};

void add_options(CLI::App& program, settings& s) {
  program
      .add_option("FILE", s.pool.inputs,
                  "Real text to mix: what retold reads (.jsonl, .jsonl.zst, folders). Default: made-up words")
      ->option_text(" ");
  program.add_option("--distinct", s.distinct, "So many documents of which no two are near-duplicates")->option_text("N");
  program
      .add_option(
          "--versions", s.versions,
          "This share of them gets a version later in the stream: in turn a copy, a byline before it, 1, 2, 5, 10 and 20 % of "
          "the words changed, cut to 50-90 %, paragraphs shuffled, concatenated with another")
      ->option_text("SHARE");
  program.add_option("--distance", s.distance, "A version comes up to so many documents later (default: 10000)")
      ->option_text("N")
      ->capture_default_str();
  program.add_option("--template", s.from_template, "So many documents from one template, a word in eighty changed")
      ->option_text("N");
  program.add_option("--copies", s.copies, "So many copies of one document")->option_text("N");
  program.add_option("--bytes", s.pool.bytes, "About so long is a document (default: 2000)")->option_text("N");
  program.add_option("--seed", s.pool.seed, "Another number, another collection (default: 1)")->option_text("N");
  program.add_option("--shingle", s.pool.shingle, "What the truth's Jaccard is of (default: word:5)")
      ->option_text("word:N|char:N");
  program.add_option("--text-field", s.pool.text_field, "Field of the input's records (default: text)")->option_text("NAME");
  program.add_option("-o,--output", s.out, "Where the documents go (default: standard output)")->option_text("FILE");
  program.add_option("--truth", s.truth, "Where the pairs made on purpose go")->option_text("FILE");
  program.footer(
      "Examples:\n"
      "  generate --distinct 1000000 news.jsonl.zst -o million.jsonl\n"
      "  generate --distinct 100000 --versions 0.1 --truth truth.jsonl -o made.jsonl news.jsonl.zst\n"
      "  generate --copies 100000 -o same.jsonl");
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  CLI::App program("Makes document collections with known near-duplicates; the same seed and input give the same bytes",
                   "generate");
  add_options(program, s);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return program.exit(e) == 0 ? 0 : 2;
  }
  try {
    s.validate();
    collection(s).write();
    return 0;
  } catch (const retold::error& e) {
    std::fprintf(stderr, "generate: %s\n", e.what());
    return e.kind() == retold::error_kind::option ? 2 : 3;
  }
}
