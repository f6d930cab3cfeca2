#pragma once

#include <string>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "commands/copy_command_line.h"

namespace dropzone::server {

/// Which kinds of a store are copied, and which of the server's own are left out though they have
/// something.
struct KindsToCopy {
  std::vector<std::string> chosen;
  std::vector<std::string> left_out;  ///< Secrets, keys and tokens, where they are not wished for.
};

/// The kinds that the command knows of.
struct KnownKinds {
  const KindCatalog& files;                 ///< Those of the folder --kinds.
  const std::vector<std::string>& defined;  ///< Those that requests have deployed.
};

/// The kinds that the store has. Of a store that does not know them: those that it could have.
Result<std::vector<std::string>> find_kinds(RecordRepository& store, const KnownKinds& known);

/// All kinds that the store has, or those wished for, unless they are not known: a copy that
/// passes over a kind in silence would lose it. What has secrets is chosen only on request.
Result<KindsToCopy> kinds_to_copy(const std::vector<std::string>& found, const KnownKinds& known,
                                  const CopyCommandLine& wish);

}  // namespace dropzone::server
