#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/memory_account.h>
#include <dropzone/json/original_form.h>
#include <dropzone/result.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone::json {

/// The body of `POST /fetchMany`.
struct FetchManyRequest {
  std::vector<std::string> ids;  ///< In the order asked; at least one.
  std::optional<std::string> kind;
  OriginalForm original = OriginalForm::none;
  bool meta = false;
  std::vector<FieldPath> fields;  ///< Empty if all are requested.
};

/// The body of `POST /delete`: which records.
struct DeleteRequest {
  std::vector<std::string> ids;  ///< At least one, if there is no filter.
  std::optional<std::string> kind;
  std::optional<Value> filter;                                ///< In its JSON form.
  bool dry_run = false;                                       ///< With a filter alone.
  std::optional<std::int64_t> max_per_second = std::nullopt;  ///< Of a job: with a filter alone.
};

/// An empty filter is taken only together with `"all": true`: a program that lost its conditions
/// on the way does not empty a kind. Errors, with the pointer of the fault: `unknown_member` with
/// the nearest known name, `too_many_ids`, `invalid_request`, and those of decode_value().
Result<FetchManyRequest> decode_fetch_many(std::string_view body, std::size_t max_ids,
                                           MemoryAccount* memory = nullptr);
Result<DeleteRequest> decode_delete(std::string_view body, std::size_t max_ids,
                                    MemoryAccount* memory = nullptr);

}  // namespace dropzone::json
