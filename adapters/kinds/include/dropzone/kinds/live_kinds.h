#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <dropzone/kind/step.h>
#include <dropzone/log/log.h>
#include <dropzone/process/repeater.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/id_source.h>
#include <dropzone/store/kind_deployments.h>
#include <dropzone/value/digest.h>
#include <dropzone/value/value.h>

namespace dropzone::kinds {

/// A kind that has another definition since its file was read again. A definition that was not
/// there, or is not there any more, is an empty object.
struct FileChange {
  std::string kind;
  Value before;
  Value after;
};

/// The kinds of a running server: those of its files, which the zone has, and those that requests
/// deploy, on any instance.
class LiveKinds {
 public:
  /// All must outlive it.
  struct Parts {
    /// Reads the files of kinds again. Its errors name the file and the fault.
    std::function<Result<KindCatalog>()> load;
    DropZone& zone;
    Clock& clock;
    IdSource& ids;
    const Digest& digest;
    const StepRegistry& steps;
    log::Log& log;
  };
  explicit LiveKinds(const Parts& parts);

  /// Finds what is deployed, and keeps looking if other instances share the store. A local store
  /// that fails is an error; a remote one that does not answer is asked again.
  Result<void> start(bool local_store);

  /// Reads the files again, and shows what that changed. If they have a fault, nothing changes.
  Result<std::vector<FileChange>> reload();

  [[nodiscard]] KindDeployments& deployments() noexcept { return deployments_; }

 private:
  Result<void> refresh();
  void refresh_now_and_then();
  /// The definitions of the kinds that files define.
  [[nodiscard]] std::map<std::string, Value> by_file() const;

  const std::function<Result<KindCatalog>()> load_;
  DropZone& zone_;
  log::Log& log_;
  KindDeployments deployments_;
  bool failing_ = false;
  std::unique_ptr<process::Repeater> repeater_;
};

}  // namespace dropzone::kinds
