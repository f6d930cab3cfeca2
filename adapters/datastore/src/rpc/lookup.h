#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <dropzone/store/record_repository.h>

#include "rpc/json_document.h"
#include "rpc/keys.h"
#include "rpc/rpc.h"

namespace dropzone::datastore {

/// What a record is known by.
struct RecordKey {
  std::string_view kind;
  std::string_view id;
};

/// A record that is never there.
inline constexpr RecordKey kNoRecord{"_dropzone_check", "none"};

struct LookupOptions {
  std::string_view transaction = {};    ///< Empty: outside of any.
  std::string_view read_time = {};      ///< Empty: the present.
  std::string_view only_property = {};  ///< Empty: all properties.
  std::size_t keys_per_call = 1'000;
  CallOptions call = {};
  bool repeatable = true;  ///< False if the caller repeats what failed, with what goes before.
};

/// Reads the entities of these keys, which differ and are keys of Datastore's. Passes on those that
/// are there, in any order; what Datastore defers is asked for again.
RpcReply lookup(RpcChannel& channel, const Partition& partition, std::span<const RecordKey> keys,
                const LookupOptions& options,
                const std::function<void(const JsonNode& entity_result)>& found);

}  // namespace dropzone::datastore
