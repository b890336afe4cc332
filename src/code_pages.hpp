// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is known about code points, 256 to a page, each page made when a text first asks for it and then shared by all threads.
// Two threads may make the same page; one of the two stays, so what makes it must always make the same.

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

namespace retold {

template <class Page>
class code_pages {
 public:
  constexpr code_pages() = default;
  ~code_pages() {
    for (const auto& page : pages_) delete page.load();
  }
  code_pages(const code_pages&) = delete;
  code_pages& operator=(const code_pages&) = delete;

  // The page that holds `c`; make(first) makes the one that begins with the code point `first`.
  template <class Make>
  const Page& holding(char32_t c, const Make& make) {
    const Page* const found = pages_[c >> 8].load(std::memory_order_acquire);
    return found != nullptr ? *found : add(c, make);
  }

 private:
  template <class Make>
  [[gnu::noinline]] const Page& add(char32_t c, const Make& make) {
    auto made = std::make_unique<const Page>(make(c & ~char32_t{255}));
    const Page* there = nullptr;
    if (pages_[c >> 8].compare_exchange_strong(there, made.get(), std::memory_order_acq_rel)) return *made.release();
    return *there;
  }

  std::array<std::atomic<const Page*>, 0x1100> pages_{};
};

}  // namespace retold
