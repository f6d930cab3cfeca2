#pragma once

#include <string>
#include <vector>

#include <dropzone/record_repository.h>

#include "keys.h"
#include "rpc.h"

namespace dropzone::datastore {

/// The names of the kinds that have entities, in order. `unsupported_query` on the emulator, which
/// does not tell them.
Result<std::vector<std::string>> kind_names(RpcChannel& channel, const Partition& partition,
                                            const CallOptions& options);

}  // namespace dropzone::datastore
