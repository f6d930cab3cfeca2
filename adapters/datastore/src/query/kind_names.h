#pragma once

#include <string>
#include <vector>

#include <dropzone/store/record_repository.h>

#include "rpc/keys.h"
#include "rpc/rpc.h"

namespace dropzone::datastore {

/// The names of the kinds that have entities, in order. `unsupported_query` on the emulator, which
/// does not tell them.
Result<std::vector<std::string>> kind_names(RpcChannel& channel, const Partition& partition,
                                            const CallOptions& options);

}  // namespace dropzone::datastore
