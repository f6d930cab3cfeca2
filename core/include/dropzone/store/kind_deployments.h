#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/kind/kind.h>
#include <dropzone/kind/step.h>
#include <dropzone/mutex.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/id_source.h>
#include <dropzone/store/kind_examples.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/digest.h>
#include <dropzone/value/limits.h>

namespace dropzone {

/// One version of a kind's definition.
struct KindVersion {
  std::int64_t version = 0;
  std::string definition;  ///< JSON text of the whole definition, with its version.
  Timestamp deployed_at;
  std::string deployed_by;  ///< The principal; empty if a file brought it.
};

class KindDefinitions;

/// What is deployed under a kind's name.
struct Deployment {
  std::shared_ptr<const Kind> kind;
  std::string etag;  ///< Changes whenever the definition does.
  bool by_file = false;
  bool created = false;              ///< There was no such kind before this call.
  std::optional<Value> before = {};  ///< The definition that this call replaced.
};

/// The names of the kinds that requests have deployed in a repository, those out of service too.
Result<std::vector<std::string>> kinds_deployed_by_request(RecordRepository& repository,
                                                           const CallOptions& options);

/// Deploys and retires kinds while records come in, and keeps every version of their definitions in
/// the repository, where all instances find them.
///
/// A kind that a file defines belongs to this instance: requests cannot change it.
/// Thread-safe. Failures of the repository are returned.
class KindDeployments {
 public:
  struct Ports {
    RecordRepository& repository;
    Clock& clock;
    IdSource& ids;
    const Digest& digest;
    const StepRegistry& steps;
    /// Reads the JSON text of a definition.
    std::function<Result<Value>(std::string_view)> decode;
    /// Receives what an operator should know, in a sentence.
    std::function<void(const std::string&)> warn;
  };

  /// All must outlive it. From now on only this object sets the zone's kinds. `files` are
  /// the kinds that files define; nothing is read or written before refresh().
  KindDeployments(Ports ports, DropZone& zone, std::vector<std::shared_ptr<const Kind>> files,
                  RecordLimits limits = {});
  ~KindDeployments();

  /// Deploys a definition under a name. A definition that transforms records in another way is the
  /// next version. Unless it is deployed already, its examples are run first.
  /// - `managed_by_file`: a file defines the kind.
  /// - `invalid_configuration`: with the pointer of the fault.
  /// - `version_conflict`: it has a version that is not the next one.
  /// - `example_failed`: see kind_examples.h.
  /// - `precondition_failed`: by the conditions, which are on the deployment's ETag.
  Result<Deployment> deploy(std::string_view name, const Value& definition,
                            const VersionConditions& conditions, const CallOptions& options);

  /// Checks what deploy() would, and returns the kind as it would be. Writes nothing.
  Result<Deployment> check(std::string_view name, const Value& definition,
                           const VersionConditions& conditions, const CallOptions& options);

  /// The example that made deploy() or check() refuse this definition; nothing if that was not
  /// the reason.
  [[nodiscard]] std::optional<FailedExample> failed_example(std::string_view name,
                                                            const Value& definition) const;

  /// Takes a kind out of service; its records and versions stay, and a later deployment of the name
  /// finds them again. `unknown_kind`, `managed_by_file`, `precondition_failed`.
  Result<Deployment> retire(std::string_view name, const VersionConditions& conditions,
                            const CallOptions& options);

  /// What is in force under this name on this instance; `unknown_kind`.
  [[nodiscard]] Result<Deployment> find(std::string_view name) const;

  /// All versions of a kind, retired ones too, in order. `unknown_kind` if it never was.
  Result<std::vector<KindVersion>> versions(std::string_view name, const CallOptions& options);
  /// `not_found` if the kind has no such version.
  Result<KindVersion> version(std::string_view name, std::int64_t version,
                              const CallOptions& options);

  /// Brings into force what other instances have deployed since, and notes the version of each kind
  /// that a file defines. Cheap if nothing has changed: one look-up. Call it every few seconds if
  /// others use the repository, and once at the start.
  Result<void> refresh(const CallOptions& options);

  /// Replaces the kinds that files define. The caller has run their examples. Follow it
  /// by refresh().
  void set_files(std::vector<std::shared_ptr<const Kind>> files);

 private:
  Result<void> note_files(const CallOptions& options);
  Result<std::shared_ptr<const Kind>> note_file(const std::shared_ptr<const Kind>& file,
                                                const CallOptions& options);
  Result<void> read_heads(const CallOptions& options);
  void publish() DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] bool is_by_file(std::string_view name) const;

  const Ports ports_;
  const std::unique_ptr<const KindDefinitions> definitions_;
  DropZone& zone_;
  const RecordLimits limits_;

  Mutex refreshing_;  ///< Held while the repository is read to bring in what is new.
  /// Of what was read last.
  std::optional<std::string> generation_ DROPZONE_GUARDED_BY(refreshing_);

  mutable Mutex mutex_;
  /// As they were read.
  std::vector<std::shared_ptr<const Kind>> files_ DROPZONE_GUARDED_BY(mutex_);
  /// Those whose versions are noted.
  std::vector<std::shared_ptr<const Kind>> numbered_files_ DROPZONE_GUARDED_BY(mutex_);
  /// By request, not retired.
  std::vector<Deployment> deployed_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone
