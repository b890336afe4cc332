// SPDX-License-Identifier: Apache-2.0
// Plain files as they are; gzip of several members and Zstandard of several frames by their streaming decoders. A stream that
// ends inside a member or frame is damaged, not short.
#include "read_stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "descriptor.hpp"

namespace retold {
namespace {

constexpr std::size_t packed_size = 1 << 17;
constexpr int longest_wait = 100;   // milliseconds until somebody is asked whether to go on waiting
constexpr int longest_window = 31;  // of zstd --long=31, which archives of news and forums are made with

struct zstd_freer {
  void operator()(ZSTD_DStream* s) const noexcept { ZSTD_freeDStream(s); }
};

}  // namespace

compression compression_of(std::string_view first_bytes) noexcept {
  if (first_bytes.starts_with("\x1F\x8B")) return compression::gzip;
  return first_bytes.starts_with("\x28\xB5\x2F\xFD") ? compression::zstd : compression::none;
}

const char* why_no_records(std::string_view first_bytes) noexcept {
  static constexpr std::pair<std::string_view, const char*> openings[] = {
      {"\xFF\xFE", "JSONL in UTF-16; convert it to UTF-8"},
      {"\xFE\xFF", "JSONL in UTF-16; convert it to UTF-8"},
      {"BZh", "compressed by bzip2; unpack it, or pipe it in unpacked"},
      {"\xFD\x37zXZ", "compressed by xz; unpack it, or pipe it in unpacked"},
      {"PK\x03\x04", "a ZIP archive; unpack it"},
      {"PAR1", "a Parquet file; make JSONL of it"}};
  const auto found =
      std::find_if(std::begin(openings), std::end(openings), [&](const auto& o) { return first_bytes.starts_with(o.first); });
  return found == std::end(openings) ? nullptr : found->second;
}

struct byte_stream::state {
  descriptor file;
  compression how = compression::none;
  std::string problem;
  bool inside = false;    // of a gzip member or Zstandard frame
  bool finished = false;  // nothing more to come
  bool any = false;       // a member or frame has been seen
  std::function<bool()> stop;
  std::vector<char> packed;
  std::span<char> rest;  // of packed: read, not yet decoded
  z_stream zlib{};
  bool zlib_open = false;
  std::unique_ptr<ZSTD_DStream, zstd_freer> zstd;

  explicit state(const std::string& path, std::function<bool()> stop_waiting = {})
      : file(path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
        stop(std::move(stop_waiting)) {
    if (!file) fail_with(errno);
  }

  void recognise() {
    std::array<char, 4> head{};
    packed.resize(packed_size);
    std::size_t held = 0;
    for (std::size_t n; held < head.size() && (n = read(std::span(packed).subspan(held))) != 0;) held += n;
    rest = std::span(packed).first(held);
    const std::string_view first(packed.data(), held);
    if (const compression with = compression_of(first); with != compression::none) decode(with);
  }

  void decode(compression with) {
    how = with;
    if (how != compression::none) packed.resize(packed_size);
    if (how == compression::gzip) zlib_open = inflateInit2(&zlib, 15 + 16) == Z_OK;
    if (how == compression::zstd) zstd.reset(ZSTD_createDStream());
    if (zstd) ZSTD_DCtx_setParameter(zstd.get(), ZSTD_d_windowLogMax, longest_window);
    if ((how == compression::gzip && !zlib_open) || (how == compression::zstd && !zstd)) fail("not enough memory");
  }
  ~state() {
    if (zlib_open) inflateEnd(&zlib);
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  void fail(std::string reason) {
    problem = std::move(reason);
    finished = true;
  }
  void fail_with(int code) { fail(std::generic_category().message(code)); }

  // A signal that is to end this may come just before we wait, or in another thread: so no wait is long.
  bool wait_or_stop() {
    pollfd more{.fd = file.get(), .events = POLLIN, .revents = 0};
    while (::poll(&more, 1, longest_wait) <= 0)
      if (stop()) return finished = true, false;
    return true;
  }

  // As much as has come: a slow stream is not held up for a full buffer.
  std::size_t read(std::span<char> into) {
    for (;;) {
      if (stop && !wait_or_stop()) return 0;
      const ssize_t n = ::read(file.get(), into.data(), into.size());
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR && errno != EAGAIN) return fail_with(errno), 0;
      pollfd more{.fd = file.get(), .events = POLLIN, .revents = 0};  // whoever started us may have made it non-blocking
      if (errno == EAGAIN && !stop) ::poll(&more, 1, -1);
    }
  }

  std::size_t fill_plain(std::span<char> into) {
    if (rest.empty()) return read(into);
    const std::size_t n = std::min(rest.size(), into.size());
    std::copy_n(rest.begin(), n, into.begin());
    rest = rest.subspan(n);
    return n;
  }

  bool refill() {
    if (rest.empty()) rest = std::span(packed).first(read(packed));
    return !rest.empty();
  }

  void end_of_packed(const char* kind) {
    if (finished) return;
    if (inside || !any) return fail(std::string("truncated ") + kind + " data");
    finished = true;
  }

  std::size_t fill_zstd(std::span<char> into);
  std::size_t fill_gzip(std::span<char> into);
  bool next_member();
};

std::size_t byte_stream::state::fill_zstd(std::span<char> into) {
  ZSTD_outBuffer out{into.data(), into.size(), 0};
  while (!finished && out.pos == 0) {
    // Once all input is taken, the decoder may still hold bytes it had no room for.
    const bool more = refill();
    if (finished) break;
    ZSTD_inBuffer in{rest.data(), rest.size(), 0};
    const std::size_t hint = (more || inside) ? ZSTD_decompressStream(zstd.get(), &out, &in) : 0;
    if (ZSTD_isError(hint) != 0) {
      fail(std::string("damaged Zstandard data: ") + ZSTD_getErrorName(hint));
      break;
    }
    rest = rest.subspan(in.pos);
    if (!more && out.pos == 0) end_of_packed("Zstandard");
    if (more) any = true;
    if (more || out.pos != 0) inside = hint != 0;
  }
  return out.pos;
}

// Between two members: true if another one starts, false at the end (zero padding, as tapes have it, is passed over).
bool byte_stream::state::next_member() {
  while (refill()) {
    const auto start = std::find_if(rest.begin(), rest.end(), [&](char c) { return !any || c != 0; });
    rest = rest.subspan(static_cast<std::size_t>(start - rest.begin()));
    if (rest.empty()) continue;
    if (any && rest[0] != '\x1F') {
      fail("bytes that are no gzip data after the end of the gzip data");
      return false;
    }
    inflateReset(&zlib);
    inside = any = true;
    return true;
  }
  end_of_packed("gzip");
  return false;
}

std::size_t byte_stream::state::fill_gzip(std::span<char> into) {
  into = into.first(std::min<std::size_t>(into.size(), 1u << 30));
  zlib.next_out = reinterpret_cast<Bytef*>(into.data());
  zlib.avail_out = static_cast<uInt>(into.size());
  while (!finished && zlib.avail_out == into.size()) {
    if (!inside && !next_member()) break;
    if (!refill()) {
      end_of_packed("gzip");
      break;
    }
    zlib.next_in = reinterpret_cast<Bytef*>(rest.data());
    zlib.avail_in = static_cast<uInt>(rest.size());
    const int code = inflate(&zlib, Z_NO_FLUSH);
    rest = rest.last(zlib.avail_in);
    if (code == Z_STREAM_END) inside = false;
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      fail(std::string("damaged gzip data: ") + (zlib.msg != nullptr ? zlib.msg : "unknown method"));
    }
  }
  return into.size() - zlib.avail_out;
}

byte_stream::byte_stream(const std::string& path, compression how) : state_(std::make_unique<state>(path)) {
  if (state_->file) state_->decode(how);
}
byte_stream::byte_stream(const std::string& path, std::function<bool()> stop)
    : state_(std::make_unique<state>(path, std::move(stop))) {
  if (state_->file) state_->recognise();
}
byte_stream::~byte_stream() = default;
byte_stream::byte_stream(byte_stream&&) noexcept = default;

std::size_t byte_stream::fill(std::span<char> into) {
  if (state_->finished || into.empty()) return 0;
  if (state_->how == compression::zstd) return state_->fill_zstd(into);
  if (state_->how == compression::gzip) return state_->fill_gzip(into);
  return state_->fill_plain(into);
}

const std::string& byte_stream::problem() const noexcept { return state_->problem; }

std::string standard_input_problem() {
  if (std::ferror(stdin) == 0) return {};
  std::clearerr(stdin);
  return errno == 0 ? "standard input cannot be read" : std::generic_category().message(errno);
}

bool read_all(const fill_function& fill, std::uint64_t limit, std::string& out) {
  std::size_t used = 0;
  for (;;) {
    if (used == out.size()) out.resize(std::max<std::size_t>(1 << 16, out.size() * 2));
    const std::size_t n = fill(std::span(out).subspan(used));
    if (n == 0) break;
    used += n;
    if (used > limit) return false;
  }
  out.resize(used);
  return true;
}

}  // namespace retold
