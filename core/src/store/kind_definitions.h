#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/kind_deployments.h>
#include <dropzone/store/record_repository.h>

namespace dropzone {

/// The definitions of kinds as a repository keeps them: records of the kind `kKindsKind`, whose
/// originals are the definitions.
///
/// A name has a head, the definition that was deployed last or retired (its id is the name), and
/// one record for each version (`NAME@VERSION`), which never changes. The record `_generation` gets
/// a new version (ETag) with each deployment and retirement, so one look-up shows whether anything
/// has changed.
///
/// Thread-safe. Failures of the repository are returned; `store_corrupt` if a record is not as it
/// was written. A write loses if somebody else changed the head first.
class KindDefinitions {
 public:
  /// The head of a name.
  struct Head {
    std::string name;
    Value definition;
    std::int64_t version = 0;
    bool retired = false;
    bool by_file = false;  ///< A file of a server brought it, not a request.
    std::string etag;
    std::shared_ptr<const Kind> kind;  ///< Null if this program cannot read the definition.
  };

  /// `ports` must outlive it.
  explicit KindDefinitions(const KindDeployments::Ports& ports) : ports_(ports) {}

  Result<std::optional<Head>> find_head(const std::string& name, const CallOptions& options) const;
  /// Warns of each head that is in force and that this program cannot read.
  Result<std::vector<Head>> heads(const CallOptions& options) const;
  /// All versions of a name, in order; empty if it never had one.
  Result<std::vector<KindVersion>> versions(std::string_view name,
                                            const CallOptions& options) const;
  Result<std::optional<KindVersion>> find_version(std::string_view name, std::int64_t version,
                                                  const CallOptions& options) const;
  /// Differs from the last one if a request has deployed or retired a kind since.
  Result<std::string> generation(const CallOptions& options) const;

  /// Makes a kind the head of its name, in place of the one with the ETag `replaced` (empty if the
  /// name has no head), and keeps its version. Returns the head's new ETag; nothing if it lost.
  Result<std::optional<std::string>> deploy(const Kind& kind, const std::string& replaced,
                                            const CallOptions& options) const;
  /// Marks a head as retired. False if it lost.
  Result<bool> retire(const Head& head, const CallOptions& options) const;
  /// Keeps the version of a file's kind, and makes it the head unless `head`, the present one, has
  /// a later version. False if it lost.
  Result<bool> keep_file(const Kind& kind, const std::optional<Head>& head,
                         const CallOptions& options) const;

 private:
  /// A definition, and what it is of.
  struct Defined {
    const std::string& name;
    std::int64_t version;
    const Value& definition;
  };
  /// What is noted next to a definition.
  struct Marks {
    bool head = false;
    bool retired = false;
    bool by_file = false;
  };

  [[nodiscard]] std::shared_ptr<const Kind> readable_kind(const Head& head) const;
  Result<Head> read_head(const RecordView& view) const;
  Result<KindVersion> read_version(const RecordView& view) const;
  static Defined defined_by(const Kind& kind);
  [[nodiscard]] Write write_of(std::string id, const Defined& defined, Marks marks,
                               const CallOptions& options) const;
  [[nodiscard]] Write version_write(const Kind& kind, bool by_file,
                                    const CallOptions& options) const;
  [[nodiscard]] Write generation_write(const Defined& defined, const CallOptions& options) const;
  Result<bool> write_all(std::vector<Write> writes, const CallOptions& options) const;

  const KindDeployments::Ports& ports_;
};

}  // namespace dropzone
