// SPDX-License-Identifier: Apache-2.0
// The parser's tree → the outline of what shows. The tree lives in an arena and is dropped as a whole, and it is walked with a
// stack of its own: no depth of nesting makes anything recurse.
#include <gumbo.h>

#include <algorithm>
#include <memory_resource>
#include <optional>

#include "read_html.hpp"

namespace retold {
namespace {

using arena = std::pmr::monotonic_buffer_resource;

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

// Whether one of `tags` stands below `node`; what is inside another <header> or <form> does not matter for speed, since each
// looks at its own part of the tree once.
bool contains(const GumboNode& node, std::initializer_list<GumboTag> tags) {
  std::vector<const GumboNode*> open{&node};
  while (!open.empty()) {
    const GumboVector& children = children_of(*open.back());
    open.pop_back();
    for (unsigned i = 0; i < children.length; ++i) {
      const auto* child = static_cast<const GumboNode*>(children.data[i]);
      if (child->type != GUMBO_NODE_ELEMENT) continue;
      if (std::find(tags.begin(), tags.end(), child->v.element.tag) != tags.end()) return true;
      open.push_back(child);
    }
  }
  return false;
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

bool is_furniture(const GumboNode& node) {
  const std::string_view called = attribute(node.v.element, "role");
  if (called == "navigation" || called == "contentinfo" || called == "complementary" || called == "search") return true;
  // A header with the page's menu is furniture, one with the article's headline is not; nor is a form that wraps a whole page.
  if (node.v.element.tag == GUMBO_TAG_HEADER) return contains(node, {GUMBO_TAG_NAV}) && !contains(node, {GUMBO_TAG_H1});
  if (node.v.element.tag == GUMBO_TAG_FORM) return !contains(node, {GUMBO_TAG_H1, GUMBO_TAG_ARTICLE, GUMBO_TAG_MAIN});
  return false;
}

class walker {
 public:
  explicit walker(std::string_view page) : page_(page) {}

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
    if (is_furniture(node)) own |= role::furniture;
    if (node.type == GUMBO_NODE_TEMPLATE || element.tag == GUMBO_TAG_SVG) return std::nullopt;
    if ((around & role::hidden) == 0) breaks(own);
    constexpr unsigned inherited = role::hidden | role::furniture | role::preformatted | role::raw | role::rcdata;
    return level_of_walk{&node, 0, (around & inherited) | own};
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
    if (!out_.runs.empty()) out_.runs.back().after = lines_;
    out_.runs.push_back({piece_of(node.v.text, roles), lines_, 0});
    lines_ = 0;
  }

  void title(const GumboNode& node) {
    const GumboVector& children = node.v.element.children;
    if (children.length == 0 || out_.title.end != 0) return;
    const auto* content = static_cast<const GumboNode*>(children.data[0]);
    if (content->type == GUMBO_NODE_TEXT) out_.title = piece_of(content->v.text, role::rcdata);
  }

  std::string_view page_;
  page_outline out_;
  unsigned lines_ = 0;  // line ends since the last run
};

}  // namespace

page_outline outline_by_parser(std::string_view page) {
  arena memory;
  return walker(page).walk(parse(page, memory));
}

}  // namespace retold
