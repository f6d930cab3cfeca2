#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "rpc/keys.h"

namespace dropzone::datastore {

// Names within the `_meta` property. The last five are lists of fields' paths, and indexed: they
// say what Datastore's own indexes do not show.
inline constexpr std::string_view kCreatedAt = "createdAt";
inline constexpr std::string_view kUpdatedAt = "updatedAt";
inline constexpr std::string_view kVersion = "version";
inline constexpr std::string_view kPipeline = "pipeline";
inline constexpr std::string_view kSha256 = "sha256";
inline constexpr std::string_view kReceivedAt = "receivedAt";
inline constexpr std::string_view kReceivedBy = "receivedBy";
inline constexpr std::string_view kExpiresAt = "expiresAt";  ///< For a time-to-live policy.
inline constexpr std::string_view kDigest = "digest";        ///< Of the data and the original.
inline constexpr std::string_view kOrder = "order";
inline constexpr std::string_view kExactIntegers = "exactIntegers";  ///< See exact_integers.h.
inline constexpr std::string_view kIntegers = "integers";  ///< Integers, or arrays with some.
inline constexpr std::string_view kLargeIntegers = "largeIntegers";  ///< From 2^63 on, likewise.
inline constexpr std::string_view kTimestamps = "timestamps";  ///< Timestamps, or arrays with some.
inline constexpr std::string_view kArrays = "arrays";          ///< Arrays with scalars.
inline constexpr std::string_view kUnindexed = "unindexed";    ///< Not, or not all, indexed.

/// In place of fields' paths: no field of the record is indexed.
inline constexpr std::string_view kEveryField = "*";

inline constexpr std::size_t kMaxEntityBytes = 1'048'572;

/// The entity of a record, as JSON: `{"key":…,"properties":…}`. Refuses (`record_too_large`,
/// `too_deep`) what Datastore cannot keep.
Result<std::string> encode_entity(const Partition& partition, const Write& write);

}  // namespace dropzone::datastore
