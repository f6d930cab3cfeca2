#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <dropzone/kind/step_context.h>
#include <dropzone/value/digest.h>
#include <dropzone/value/timestamp.h>

namespace dropzone {

/// What the server knows of a record besides its data.
struct RecordMeta {
  Timestamp created_at;
  Timestamp updated_at;
  /// Opaque, new on every write, never reused; the source of the ETag. 1 to 64 characters
  /// of the base-57 alphabet.
  std::string version;
  std::string pipeline;          ///< Name and version of the pipeline: "measurements@1".
  std::optional<Sha256> sha256;  ///< Of the original's bytes as they arrived.
  /// The origin of the record, if a step of the pipeline reads it.
  std::optional<Received> received = std::nullopt;
  /// Another program has changed the data or the original in the store since the server wrote them.
  bool changed_elsewhere = false;

  friend bool operator==(const RecordMeta&, const RecordMeta&) = default;
};

/// A stored record as a repository shows it. The texts belong to the repository and are valid only
/// during the call that passes the view; copy what you keep.
struct RecordView {
  std::string_view id;
  std::string_view data;             ///< Canonical JSON text of the transformed object.
  std::string_view original;         ///< The original's bytes, empty if not requested.
  const RecordMeta* meta = nullptr;  ///< Null if not requested.
  /// The RFC 6901 pointers of those strings in the data that are timestamps; empty if they were
  /// not requested.
  std::span<const std::string> timestamps = {};

  /// Its size for the limits of a page.
  [[nodiscard]] std::size_t bytes() const noexcept { return data.size() + original.size(); }
};

/// A record's own copy of what a RecordView shows.
struct StoredRecord {
  std::string id;
  std::string data;
  std::string original;
  RecordMeta meta;
};

}  // namespace dropzone
