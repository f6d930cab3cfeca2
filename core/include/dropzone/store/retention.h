#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/field_path.h>

namespace dropzone {

/// Erases records whose kind's retention has passed, page by page.
///
/// A record that is replaced meanwhile is visited again with its new version. For one thread.
class Retention {
 public:
  struct KeptFor {
    std::string kind;
    std::chrono::seconds time;
    /// The field that says since when: a timestamp.
    FieldPath since = created_at_field();
  };

  struct Ports {
    RecordRepository& repository;
    Clock& clock;
    /// The kinds whose records are not kept for ever. Called at the beginning of each round.
    std::function<std::vector<KeptFor>()> kinds;
    /// Receives the number of records of a kind that were erased. May be empty.
    std::function<void(const std::string& kind, std::size_t records)> erased = nullptr;
  };

  /// `_meta.createdAt`.
  [[nodiscard]] static FieldPath created_at_field();

  /// What the ports refer to must outlive it.
  explicit Retention(Ports ports) : ports_(std::move(ports)) {}

  /// Erases a page of the current kind, and returns whether the round has more. A kind that
  /// fails is left to the next round.
  Result<bool> sweep(const CallOptions& options);

 private:
  Result<bool> sweep_page(const KeptFor& kept, const CallOptions& options);

  Ports ports_;
  std::vector<KeptFor> left_;  ///< Of this round.
};

/// The retention of rejects: counted from when they were received last.
[[nodiscard]] Retention::KeptFor retention_of_rejects(std::chrono::seconds time);

/// The retention of the deployed kinds, and of what has an `expiresAt` of their histories.
[[nodiscard]] std::vector<Retention::KeptFor> retentions_of(const KindCatalog& kinds);

}  // namespace dropzone
