#pragma once

#include <memory>

#include <dropzone/kind/step.h>
#include <dropzone/log/log.h>
#include <dropzone/process/repeater.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/id_source.h>
#include <dropzone/store/kind_deployments.h>
#include <dropzone/value/digest.h>

#include "options/options.h"

namespace dropzone::server {

/// The kinds of the server: those of the folder --kinds, which the zone has, and those that
/// requests deploy, on whatever instance.
class Deployments {
 public:
  /// All must outlive it.
  struct Parts {
    const Options& options;
    DropZone& zone;
    Clock& clock;
    IdSource& ids;
    const Digest& digest;
    const StepRegistry& steps;
    log::Log& log;
  };
  explicit Deployments(const Parts& parts);

  /// Finds what is deployed, and goes on looking if other instances share the store. A local store
  /// that fails is an error; one on other machines that does not answer is asked again.
  Result<void> start(bool local_store);

  /// Reads the folder again. The error names the file and the fault; then all is as it was.
  Result<void> reload();

  [[nodiscard]] KindDeployments& kinds() noexcept { return kinds_; }

 private:
  Result<void> refresh();
  void refresh_now_and_then();

  const Options& options_;
  const StepRegistry& steps_;
  log::Log& log_;
  KindDeployments kinds_;
  bool failing_ = false;
  std::unique_ptr<process::Repeater> repeater_;
};

}  // namespace dropzone::server
