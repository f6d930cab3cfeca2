#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/json/decode_transform.h>
#include <dropzone/kind/kind.h>
#include <dropzone/kind/step_context.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>

#include "rest/route.h"

namespace dropzone::http {

/// An original that is in the store, and what was made of it when it came.
struct StoredOriginal {
  std::string id;
  std::string original;
  std::string data;
  Received received;
};

inline constexpr std::size_t kMaxSample = json::kMaxTransformSample;

/// Originals of a kind: those that were stored last, or on a store that cannot order by that time,
/// any. They are charged to the call's memory account, and are fewer if they have more than a
/// page's bytes.
Result<std::vector<StoredOriginal>> sample_of(const RouteContext& context, const std::string& kind,
                                              std::size_t size, const CallOptions& options);

/// What two definitions make of the same records.
class Comparison {
 public:
  /// The text of what a definition makes of a record, or why it refuses it.
  using Outcome = Result<std::string>;

  /// Counts one record, and appends `,"outcome":"same"` (or `changed`, `refused` if only the new
  /// definition refuses it, `accepted` if only the old one does) and for those that changed
  /// `,"differences":[...]`, the first 20.
  void add(const Outcome& before, const Outcome& after, std::string& out);

  /// Appends `{"records", "same", "changed", "refused", "accepted"}`.
  void append_counts(std::string& out) const;

  /// What add() found last.
  [[nodiscard]] bool found_difference() const noexcept { return found_difference_; }

 private:
  std::size_t same_ = 0;
  std::size_t changed_ = 0;
  std::size_t refused_ = 0;
  std::size_t accepted_ = 0;
  bool found_difference_ = false;
};

/// Appends what a kind would make of stored originals, against what was made of them when they
/// came: `{"records", "same", "changed", "refused", "accepted", "differences": [...]}`, of which
/// the first 20 are shown.
Result<void> append_judgement(std::string& out, const RouteContext& context, const Kind& kind,
                              std::size_t sample, const CallOptions& options);

}  // namespace dropzone::http
