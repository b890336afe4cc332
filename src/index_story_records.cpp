// SPDX-License-Identifier: Apache-2.0
#include "index_story_records.hpp"

#include <algorithm>
#include <utility>

#include "index_bytes.hpp"

namespace retold {

std::string to_bytes(const story_article& record) {
  std::string out;
  put_number(out, record.story);
  put_number(out, record.copy ? 1 : 0);
  put_signed(out, record.seconds);
  put_float(out, record.fresh);
  put_float(out, record.known);
  put_features(out, record.features);
  return out;
}

std::optional<story_article> article_from(std::string_view bytes) {
  value_reader from(bytes);
  story_article out;
  out.story = from.number();
  out.copy = from.number(1) == 1;
  out.seconds = from.signed_number();
  out.fresh = from.real();
  out.known = from.real();
  if (!from.good()) return std::nullopt;
  std::optional<story_features> features = take_features(from.rest());
  if (!features) return std::nullopt;
  out.features = std::move(*features);
  return out;
}

void join(story_members& story, std::uint64_t document, bool member) {
  ++story.size;
  if (member) story.members.push_back(document);
  if (story.members.size() > story_newest) story.members.erase(story.members.begin());
}

// No record has fewer articles than members, however damaged.
void leave(story_members& story, std::uint64_t document) {
  std::erase(story.members, document);
  story.size -= story.size > story.members.size() ? 1 : 0;
}

std::string to_bytes(const story_members& record) {
  std::string out;
  put_number(out, record.size);
  put_number(out, record.members.size());
  std::uint64_t next = 0;  // the least that may follow
  for (const std::uint64_t member : record.members) {
    put_number(out, member - next);
    next = member + 1;
  }
  return out;
}

std::optional<story_members> members_from(std::string_view bytes) {
  value_reader from(bytes);
  story_members out;
  out.size = from.number();
  const std::uint64_t members = from.number(std::min<std::uint64_t>(out.size, story_newest));
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < members && from.good(); ++i) {
    const std::uint64_t step = from.number();
    if ((i > 0 && next == 0) || step > ~next) return std::nullopt;  // past the largest number
    out.members.push_back(next + step);
    next = out.members.back() + 1;
  }
  return from.whole() ? std::optional(std::move(out)) : std::nullopt;
}

std::string to_bytes(const filed_head& head) {
  std::string out;
  put_number(out, head.scope);
  put_number(out, head.like);
  put_float(out, head.cosine);
  return out;
}

std::string to_bytes(const filed_story& entry) {
  std::string out;
  put_number(out, entry.opener.size());
  return out + entry.opener + to_bytes(entry.is);
}

std::optional<filed_head> take_head(std::string_view& bytes) {
  value_reader from(bytes);
  filed_head out;
  out.scope = static_cast<std::uint32_t>(from.number(~0u));
  out.like = from.number();
  out.cosine = from.real();
  bytes = from.rest();
  out.story = from.number();
  return from.good() ? std::optional(out) : std::nullopt;
}

std::optional<filed_article> filed_article_from(std::string_view bytes) {
  const auto head = take_head(bytes);
  auto is = head ? article_from(bytes) : std::nullopt;
  if (!is) return std::nullopt;
  return filed_article{*head, std::move(*is)};
}

std::optional<filed_story> filed_story_from(std::string_view bytes) {
  value_reader from(bytes);
  const std::string_view opener = from.bytes(from.number());
  auto is = from.good() ? members_from(from.rest()) : std::nullopt;
  if (!is) return std::nullopt;
  return filed_story{std::string(opener), std::move(*is)};
}

}  // namespace retold
