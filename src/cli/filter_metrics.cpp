// SPDX-License-Identifier: Apache-2.0
#include "filter_metrics.hpp"

#include <ctime>
#include <utility>

#include "console.hpp"

namespace retold::cli {
namespace {

constexpr std::chrono::seconds interval{5};

std::string escaped(const std::string& label) {
  std::string out;
  for (const char c : label) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

class exposition {
 public:
  exposition& family(const char* name, const char* type, const char* help) {
    name_ = name;
    text_ += std::string("# HELP ") + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
    return *this;
  }
  exposition& value(std::uint64_t number, const std::string& labels = {}) {
    text_ += name_ + (labels.empty() ? "" : '{' + labels + '}') + ' ' + std::to_string(number) + '\n';
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string name_, text_;
};

}  // namespace

metrics_file::metrics_file(std::string path, const retold::index& seen) : path_(std::move(path)), seen_(seen) {
  if (!path_.empty()) write({});
}

void metrics_file::update(const filter_report& so_far) {
  if (path_.empty()) return;
  const std::scoped_lock lock(guard_);
  latest_ = so_far;
  behind_ = true;
  write_if_due();
}

void metrics_file::catch_up() noexcept {
  try {
    const std::scoped_lock lock(guard_);
    write_if_due();
  } catch (...) {  // told by the next that may throw
  }
}

void metrics_file::write_if_due() {
  if (behind_ && std::chrono::steady_clock::now() - last_ >= interval) write(latest_);
}

void metrics_file::finish(const filter_report& all) {
  const std::scoped_lock lock(guard_);
  if (!path_.empty()) write(all);
}

void metrics_file::write(const filter_report& found) {
  exposition out;
  out.family("retold_filter_records_total", "counter", "Records read, by what they were.")
      .value(found.fresh, "status=\"new\"")
      .value(found.exact, "status=\"exact\"")
      .value(found.near, "status=\"near\"")
      .value(found.story, "status=\"story\"");
  out.family("retold_filter_repeated_total", "counter", "Records that had been fed before.").value(found.repeated);
  out.family("retold_filter_changed_ids_total", "counter", "Ids that came again with other words.").value(found.changed_ids);
  out.family("retold_filter_bad_lines_total", "counter", "Lines that are no records.").value(found.bad_lines);
  out.family("retold_filter_read_bytes_total", "counter", "Bytes read, unpacked.").value(found.bytes);
  out.family("retold_filter_last_update_seconds", "gauge", "When this was written, in seconds since 1970.")
      .value(static_cast<std::uint64_t>(std::time(nullptr)));
  const index_stats stats = seen_.stats();
  out.family("retold_index_documents", "gauge", "Documents in the index, by scope.");
  for (const index_stats::scope& each : stats.scopes) out.value(each.documents, "scope=\"" + escaped(each.name) + '"');
  if (stats.options.level == level::story)
    out.family("retold_index_stories", "gauge", "Stories in the index.").value(stats.stories);
  out.family("retold_index_bytes", "gauge", "Bytes of the index on the disk.").value(stats.bytes);
  write_output(path_, out.text());
  last_ = std::chrono::steady_clock::now();
  behind_ = false;
}

}  // namespace retold::cli
