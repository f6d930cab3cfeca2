#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::kinds {

/// The kinds of a store to copy, and those of the server's own that are left out although they have
/// records.
struct KindsToCopy {
  std::vector<std::string> chosen;
  std::vector<std::string> left_out;  ///< Secrets, keys and tokens, unless they are requested.
};

/// What is to be copied.
struct CopySelection {
  std::vector<std::string> only = {};  ///< These kinds; empty: all.
  bool secrets = false;                ///< The server's own secrets, too.
};

/// The kinds that the command knows.
struct KnownKinds {
  const KindCatalog& files;                 ///< Those of the folder --kinds.
  const std::vector<std::string>& defined;  ///< Those that requests have deployed.
};

/// The kinds that the store has. Of a store that does not know them: those that it could have.
Result<std::vector<std::string>> find_kinds(RecordRepository& store, const KnownKinds& known);

/// All kinds that the store has, or those requested, unless they are not known: a copy that
/// silently skips a kind would lose it. What has secrets is chosen only on request. Errors:
/// `unknown_kind` for a requested one, `invalid_request` for one that the store has.
Result<KindsToCopy> kinds_to_copy(const std::vector<std::string>& found, const KnownKinds& known,
                                  const CopySelection& selection);

/// For how long the records of a kind are kept; nothing: for ever.
using KeptFor = std::function<std::optional<std::chrono::seconds>(const std::string& kind)>;

/// The retention of the kinds in files, of those that requests have deployed in the store as far as
/// this program can use them, of the server's own, and of rejects.
Result<KeptFor> kept_for_in(RecordRepository& store, const KnownKinds& known,
                            const StepRegistry& steps, std::optional<std::chrono::seconds> rejects);

}  // namespace dropzone::kinds
