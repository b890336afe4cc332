// SPDX-License-Identifier: Apache-2.0
// The standard's rules for end tags ("has an element in scope", "any other end tag", the adoption agency) and for end tags left
// out, as far as they move the depth of the stack.
#include "read_html_depth.hpp"

#include <algorithm>
#include <array>

namespace retold {
namespace {

constexpr std::size_t deepest = 256;          // open elements; a tag may walk down all of them
constexpr std::size_t most_formatting = 100;  // of them, those the parser opens again in each paragraph
constexpr std::size_t most_doubtful = 4000;   // elements without an end tag of their own, on the whole page

// What a name means for the stack; flags.
constexpr unsigned special = 1;  // ends the search for an ordinary element
constexpr unsigned strong = 2;   // its end tag closes what is open inside it, up to a barrier
constexpr unsigned barrier = 4;  // no end tag inside bears on what is outside, tables' own apart
constexpr unsigned marker = 8;   // formatting does not go on inside
constexpr unsigned cell = 16;    // td, th, caption
constexpr unsigned row = 32;     // tr
constexpr unsigned rows = 64;    // tbody, thead, tfoot, colgroup
constexpr unsigned table = 128;
constexpr unsigned item = 256;     // li
constexpr unsigned term = 512;     // dd, dt
constexpr unsigned list = 1024;    // ul, ol
constexpr unsigned choice = 2048;  // option
constexpr unsigned paragraph = 4096;
constexpr unsigned formats = 8192;
constexpr unsigned foreign = 1 << 14;
constexpr unsigned select = 1 << 15;
constexpr unsigned form = 1 << 16;
constexpr unsigned button = 1 << 17;
constexpr unsigned templates = 1 << 18;
constexpr unsigned transparent = 1 << 19;  // address, div, p: a list item may end one that is outside of them
constexpr unsigned table_part = cell | row | rows;

struct trait {
  std::string_view name;
  unsigned flags;
};
constexpr std::array traits = {
    trait{"address", special | strong | transparent},
    trait{"annotation-xml", special | barrier},
    trait{"applet", special | strong | barrier | marker},
    trait{"button", special | strong | button},
    trait{"caption", special | strong | barrier | marker | cell},
    trait{"colgroup", special | strong | rows},
    trait{"dd", special | strong | term},
    trait{"desc", special | barrier},
    trait{"dialog", special},
    trait{"div", special | strong | transparent},
    trait{"dt", special | strong | term},
    trait{"foreignobject", special | barrier},
    trait{"form", special | form},
    trait{"legend", special},
    trait{"li", special | strong | item},
    trait{"marquee", special | strong | barrier | marker},
    trait{"math", foreign},
    trait{"mi", special | barrier},
    trait{"mn", special | barrier},
    trait{"mo", special | barrier},
    trait{"ms", special | barrier},
    trait{"mtext", special | barrier},
    trait{"noscript", special},
    trait{"object", special | strong | barrier | marker},
    trait{"ol", special | strong | list},
    trait{"optgroup", special},
    trait{"option", choice},
    trait{"p", special | strong | paragraph | transparent},
    trait{"search", special},
    trait{"select", special | strong | select},
    trait{"svg", foreign},
    trait{"table", special | strong | barrier | table},
    trait{"tbody", special | strong | rows},
    trait{"td", special | strong | barrier | marker | cell},
    trait{"template", special | strong | barrier | marker | templates},
    trait{"tfoot", special | strong | rows},
    trait{"th", special | strong | barrier | marker | cell},
    trait{"thead", special | strong | rows},
    trait{"title", special | barrier},  // of an <svg>
    trait{"tr", special | strong | row},
    trait{"ul", special | strong | list},
};
static_assert(std::is_sorted(traits.begin(), traits.end(), [](auto& a, auto& b) { return a.name < b.name; }));

unsigned flags_of(std::string_view name, unsigned roles) {
  const auto found = std::lower_bound(traits.begin(), traits.end(), name,
                                      [](const trait& t, std::string_view wanted) { return t.name < wanted; });
  if (found != traits.end() && found->name == name) return found->flags;
  if ((roles & role::formatting) != 0) return formats;
  return (roles & role::block) != 0 ? special | strong : 0;
}

constexpr std::size_t none = static_cast<std::size_t>(-1);

}  // namespace

bool open_elements::too_many() const noexcept {
  if (stack_.size() > deepest || doubtful_ > most_doubtful) return true;
  return formatting_.size() > most_formatting &&
         formatting_.size() - static_cast<std::size_t>(std::count(formatting_.begin(), formatting_.end(), 0u)) >
             most_formatting;
}

open_elements::kind open_elements::kind_of(const std::string& name, unsigned roles) {
  const auto [place, fresh] = kinds_.try_emplace(name);
  if (fresh) place->second = {static_cast<std::uint32_t>(kinds_.size()), flags_of(name, roles)};
  return place->second;
}

// Where the innermost element stands that has one of `flags`, or is `id`, and has none of `stops` above it.
std::size_t open_elements::find(std::uint32_t flags, std::uint32_t id, unsigned stops) const {
  for (std::size_t i = stack_.size(); i-- > 0;) {
    if ((stack_[i].flags & flags) != 0 || stack_[i].id == id) return i;
    if ((stack_[i].flags & stops) != 0) return none;
  }
  return none;
}

void open_elements::left(const kind& gone) {
  if ((gone.flags & foreign) != 0) --foreign_;
  if ((gone.flags & select) != 0) --selects_;
  if ((gone.flags & marker) == 0) return;
  while (!formatting_.empty() && formatting_.back() != 0) formatting_.pop_back();
  if (!formatting_.empty()) formatting_.pop_back();
}

// The top is what the tag is about; what stood above it fell with it, unless the parser sees that otherwise.
void open_elements::pop_to(std::size_t size) {
  constexpr unsigned sure = paragraph | item | term | choice | table_part;  // their end tags may be left out
  for (; stack_.size() > size; stack_.pop_back()) {
    if (stack_.size() > size + 1 && (stack_.back().flags & sure) == 0) ++doubtful_;
    left(stack_.back());
  }
}

// Inside a table, its parts close what is open in the part before.
void open_elements::close_cells(const kind& opened) {
  const bool is_cell = (opened.flags & cell) != 0, is_row = (opened.flags & row) != 0;
  const unsigned keep = table | (is_cell ? row | rows : is_row ? rows : 0u);
  const std::size_t at = find(keep, 0, templates);
  if (at != none) pop_to(at + 1);
}

// What a start tag closes.
void open_elements::close_implied(const kind& opened, unsigned roles) {
  const auto close_found = [this](std::size_t at) {
    if (at != none) pop_to(at);
  };
  if ((opened.flags & table_part) != 0) return close_cells(opened);
  if ((opened.flags & select) != 0 && selects_ != 0) return close_found(find(select, 0, barrier));
  if ((opened.flags & choice) != 0 && !stack_.empty() && (stack_.back().flags & choice) != 0) return pop_to(stack_.size() - 1);
  if (const unsigned which = opened.flags & (item | term); which != 0) {
    for (std::size_t at = stack_.size(); at-- > 0;) {
      if ((stack_[at].flags & which) != 0) {
        pop_to(at);
        break;
      }
      if ((stack_[at].flags & (special | transparent)) == special) break;
    }
  }
  if ((roles & role::block) != 0 && (opened.flags & (button | select | choice)) == 0) {
    close_found(find(paragraph, 0, barrier | button));
  }
}

void open_elements::open(const markup& tag, unsigned roles) {
  static constexpr std::array<std::string_view, 5> single = {"a", "body", "head", "html", "nobr"};  // closes the one before
  const bool passing = (roles & role::empty) != 0 || std::find(single.begin(), single.end(), tag.name) != single.end();
  if (foreign_ != 0 ? tag.self_closing : passing) return;
  const kind opened = kind_of(tag.name, roles);
  if (foreign_ == 0) {
    close_implied(opened, roles);
    if ((opened.flags & table_part) != 0 && find(table | templates, 0, 0) == none) return;  // not outside of tables
  }
  if ((opened.flags & formats) != 0) formatting_.push_back(opened.id);
  if ((opened.flags & marker) != 0) formatting_.push_back(0);
  if ((opened.flags & foreign) != 0) ++foreign_;
  if ((opened.flags & select) != 0) ++selects_;
  stack_.push_back(opened);
}

// The parser takes the element out and leaves what is open inside it; after eight blocks inside it gives up.
void open_elements::end_formatting(const kind& ended) {
  auto last = formatting_.end();
  while (last != formatting_.begin() && *(last - 1) != 0 && *(last - 1) != ended.id) --last;
  if (last == formatting_.begin() || *(last - 1) == 0) return;
  const std::size_t at = find(0, ended.id, barrier);
  const auto inside = stack_.begin() + static_cast<std::ptrdiff_t>(at == none ? stack_.size() : at);
  if (std::count_if(inside, stack_.end(), [](const kind& k) { return (k.flags & special) != 0; }) >= 8) return;
  formatting_.erase(last - 1);
  if (at != none) stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(at));
}

void open_elements::close(const markup& tag) {
  const auto known = kinds_.find(tag.name);
  if (known == kinds_.end()) return;
  const kind ended = known->second;
  if ((ended.flags & formats) != 0) return end_formatting(ended);
  unsigned stops = barrier;
  if ((ended.flags & (table | table_part)) != 0) stops = templates | ((ended.flags & table) != 0 ? 0 : table);
  if ((ended.flags & item) != 0) stops |= list;
  if ((ended.flags & paragraph) != 0) stops |= button;
  if ((ended.flags & (strong | form)) == 0) stops |= special;
  const std::size_t at = find(0, ended.id, stops);
  if (at == none) return;
  if ((ended.flags & form) == 0) return pop_to(at);
  stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(at));  // the form alone
}

}  // namespace retold
