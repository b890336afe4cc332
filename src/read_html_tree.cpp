// SPDX-License-Identifier: Apache-2.0
// The parser's tree → the outline of what shows. The tree lives in an arena and is dropped as a whole, and it is walked with a
// stack of its own: no depth of nesting makes anything recurse.
#include <gumbo.h>

#include <algorithm>
#include <memory_resource>
#include <optional>
#include <unordered_map>

#include "read_html.hpp"

namespace retold {
namespace {

using arena = std::pmr::monotonic_buffer_resource;

// What the parser may take. It copies every open formatting element, attributes and all, into each paragraph, so that no
// multiple of a page's size is enough for all pages.
class budget final : public std::pmr::memory_resource {
 public:
  struct exceeded {};
  explicit budget(std::size_t bytes) : left_(bytes) {}

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    if (size > left_) throw exceeded();
    left_ -= size;
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* p, std::size_t size, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(p, size, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::size_t left_;
};

constexpr std::size_t budget_for(std::size_t page) { return (std::size_t{64} << 20) + 40 * page; }

// The parser cannot be told that there is no memory, so the allocator throws, past its frames. They are C, but the ABIs of
// x86-64 and of AArch64 on Linux demand unwind tables of every function, and C compilers write them there unless told not to;
// all that the frames own lies in the arena, and the parser has no state but what its caller gave it.
const GumboNode* parse(std::string_view page, arena& memory) {
  GumboOptions options = kGumboDefaultOptions;
  options.userdata = &memory;
  options.allocator = [](void* from, std::size_t size) { return static_cast<arena*>(from)->allocate(size); };
  options.deallocator = [](void*, void*) {};
  options.max_errors = 0;
  return gumbo_parse_with_options(&options, page.data(), page.size())->document;
}

struct level_of_walk {
  const GumboNode* node;
  unsigned next = 0;   // child to visit
  unsigned roles = 0;  // of the element and those around it
};

const GumboVector& children_of(const GumboNode& node) {
  return node.type == GUMBO_NODE_DOCUMENT ? node.v.document.children : node.v.element.children;
}

bool is_element(const GumboNode& node) { return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE; }

// What tells a header or form that is furniture from one that is not.
namespace landmark {
constexpr unsigned nav = 1, h1 = 2, article = 4;
}

unsigned landmark_of(GumboTag tag) {
  if (tag == GUMBO_TAG_NAV) return landmark::nav;
  if (tag == GUMBO_TAG_H1) return landmark::h1;
  return tag == GUMBO_TAG_ARTICLE || tag == GUMBO_TAG_MAIN ? landmark::article : 0;
}

using landmarks = std::unordered_map<const GumboNode*, unsigned>;

// Which landmarks stand below each header and form, in one pass: they may be nested as deeply as the tree is.
landmarks menus_and_articles(const GumboNode* root) {
  landmarks out;
  struct level {
    const GumboNode* node;
    unsigned next = 0, below = 0;
  };
  std::vector<level> path{{root}};
  while (!path.empty()) {
    level& here = path.back();
    const GumboVector& children = children_of(*here.node);
    if (here.next < children.length) {
      const auto* child = static_cast<const GumboNode*>(children.data[here.next++]);
      if (child->type == GUMBO_NODE_ELEMENT) path.push_back({child});
      continue;
    }
    const level done = here;
    path.pop_back();
    if (path.empty()) break;
    const GumboTag tag = done.node->v.element.tag;
    if (tag == GUMBO_TAG_HEADER || tag == GUMBO_TAG_FORM) out[done.node] = done.below;
    path.back().below |= done.below | landmark_of(tag);
  }
  return out;
}

std::string_view attribute(const GumboElement& element, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name);
  return found == nullptr ? std::string_view() : found->value;
}

bool is_hidden(const GumboElement& element) {
  if (element.tag == GUMBO_TAG_HTML || element.tag == GUMBO_TAG_BODY) return false;  // until a script shows the page
  if (gumbo_get_attribute(&element.attributes, "hidden") != nullptr) return true;
  std::string style(attribute(element, "style"));
  std::erase_if(style, is_html_space);
  return style.find("display:none") != std::string::npos;
}

bool is_furniture(const GumboNode& node, const landmarks& below) {
  const std::string_view called = attribute(node.v.element, "role");
  if (called == "navigation" || called == "contentinfo" || called == "complementary" || called == "search") return true;
  const GumboTag tag = node.v.element.tag;
  if (tag != GUMBO_TAG_HEADER && tag != GUMBO_TAG_FORM) return false;
  const auto found = below.find(&node);  // not inside a <template>
  const unsigned holds = found == below.end() ? 0 : found->second;
  // A header with the page's menu is furniture, one with the article's headline is not; nor is a form that wraps a whole page.
  if (tag == GUMBO_TAG_HEADER) return (holds & landmark::nav) != 0 && (holds & landmark::h1) == 0;
  return (holds & (landmark::h1 | landmark::article)) == 0;
}

class walker {
 public:
  walker(std::string_view page, landmarks below) : page_(page), below_(std::move(below)) {}

  page_outline walk(const GumboNode* root) {
    std::vector<level_of_walk> path{{root}};
    while (!path.empty()) {
      level_of_walk& here = path.back();
      const GumboVector& children = children_of(*here.node);
      if (here.next == children.length) {
        breaks(here.roles & (role::block | role::hidden));
        path.pop_back();
        continue;
      }
      const auto* child = static_cast<const GumboNode*>(children.data[here.next++]);
      if (const auto below = visit(*child, here.roles)) path.push_back(*below);
    }
    if (!out_.runs.empty()) out_.runs.back().after = lines_;
    return std::move(out_);
  }

 private:
  // The level to go down to, for an element.
  std::optional<level_of_walk> visit(const GumboNode& node, unsigned around) {
    if (!is_element(node)) {
      if ((around & role::hidden) == 0) text(node, around);
      return std::nullopt;
    }
    const GumboElement& element = node.v.element;
    const bool html = element.tag_namespace == GUMBO_NAMESPACE_HTML;
    unsigned own = html || element.tag == GUMBO_TAG_SVG ? role_of(gumbo_normalized_tagname(element.tag)) : role::none;
    if (html && element.tag == GUMBO_TAG_TITLE) title(node);
    if (is_hidden(element)) own |= role::hidden;
    if (is_furniture(node, below_)) own |= role::furniture;
    if (node.type == GUMBO_NODE_TEMPLATE || element.tag == GUMBO_TAG_SVG) return std::nullopt;
    if ((around & role::hidden) == 0) breaks(own);
    if (element.tag == GUMBO_TAG_NOSCRIPT) hide_noscript(element);
    constexpr unsigned inherited =
        role::hidden | role::furniture | role::preformatted | role::raw | role::rcdata | role::headline;
    return level_of_walk{&node, 0, (around & inherited) | own};
  }

  // In <head>, the parser takes text for the beginning of the body, where it would show. So all up to the end tag is hidden by
  // where it stands; what has no end tag hides nothing.
  void hide_noscript(const GumboElement& element) {
    const std::size_t begin = element.start_pos.offset;
    if (begin < noscript_end_ || begin >= last_noscript_) return;
    const std::size_t end = raw_text_end(page_, begin, "noscript");
    if (end == page_.size())
      last_noscript_ = begin;
    else
      noscript_end_ = static_cast<std::uint32_t>(end);
  }

  void breaks(unsigned own) {
    if ((own & role::hidden) != 0) return;
    if ((own & role::line_break) != 0) lines_ = std::min(lines_ + 1, 2u);
    if ((own & role::block) != 0) lines_ = std::max(lines_, 1u);
  }

  visible_text::piece piece_of(const GumboText& text, unsigned roles) const {
    const auto begin = static_cast<std::uint32_t>(text.original_text.data - page_.data());
    return {begin, begin + static_cast<std::uint32_t>(text.original_text.length), roles};
  }

  void text(const GumboNode& node, unsigned roles) {
    if (node.type == GUMBO_NODE_COMMENT || node.v.text.original_text.length == 0) return;
    const bool blank = node.type == GUMBO_NODE_WHITESPACE && (roles & role::preformatted) == 0;
    if (blank && lines_ != 0) return;  // so that it does not come between two line ends
    visible_text::piece piece = piece_of(node.v.text, roles);
    piece.begin = std::max(piece.begin, noscript_end_);
    if (piece.begin >= piece.end) return;
    if (!out_.runs.empty()) out_.runs.back().after = lines_;
    out_.runs.push_back({piece, lines_, 0});
    lines_ = 0;
  }

  void title(const GumboNode& node) {
    const GumboVector& children = node.v.element.children;
    if (children.length == 0 || out_.title.end != 0) return;
    const auto* content = static_cast<const GumboNode*>(children.data[0]);
    if (content->type == GUMBO_NODE_TEXT) out_.title = piece_of(content->v.text, role::rcdata);
  }

  std::string_view page_;
  landmarks below_;
  page_outline out_;
  std::uint32_t noscript_end_ = 0;
  std::size_t last_noscript_ = static_cast<std::size_t>(-1);  // none from there on has an end tag
  unsigned lines_ = 0;                                        // line ends since the last run
};

}  // namespace

std::optional<page_outline> outline_by_parser(std::string_view page) {
  budget limit(budget_for(page.size()));
  arena memory(&limit);
  try {
    const GumboNode* root = parse(page, memory);
    return walker(page, menus_and_articles(root)).walk(root);
  } catch (const budget::exceeded&) {
    return std::nullopt;
  }
}

}  // namespace retold
