#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <dropzone/call/call_options.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

namespace dropzone {

/// What `read`, which returns a Result, makes of the record of an id; nothing if there is none.
/// Failures of the repository and of `read` are passed on.
template <typename Read>
auto find_one(RecordRepository& repository, std::string_view kind, const std::string& id,
              Projection projection, const Read& read, const CallOptions& options) {
  using ReadResult = std::invoke_result_t<Read, const RecordView&>;
  using Found = std::optional<typename ReadResult::value_type>;
  std::optional<ReadResult> found;
  auto asked = repository.find(
      std::string(kind), std::span(&id, 1), projection,
      [&](const RecordView& view) { found = read(view); }, options);
  if (!asked) return Result<Found>(std::move(asked).error());
  if (!found) return Result<Found>(Found());
  if (!*found) return Result<Found>(std::move(*found).error());
  return Result<Found>(Found(*std::move(*found)));
}

}  // namespace dropzone
