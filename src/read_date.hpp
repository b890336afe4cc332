// SPDX-License-Identifier: Apache-2.0
#pragma once
// Dates as documents give them → ISO 8601, which is what the stages understand.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retold {

// "Mon, 02 Nov 2026 08:00:00 GMT" (RFC 2822, as feeds have it) → "2026-11-02T08:00:00Z".
std::optional<std::string> iso_of_feed_date(std::string_view given);

// `given` as ISO 8601; empty, with a warning, where it is no date.
std::string date_or_warning(std::string_view given, std::vector<std::string>& warnings);

}  // namespace retold
