#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/call/progress.h>
#include <dropzone/result.h>
#include <dropzone/store/document_decoder.h>
#include <dropzone/store/record.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/digest.h>

namespace dropzone {

/// What a repository has of a kind. Two have the same records if and only if these are equal.
struct Tally {
  std::uint64_t records = 0;
  /// Over everything in each record: id, data with their types, original, times, version,
  /// pipeline, SHA-256. The records' hashes are joined by exclusive or, so their order does not
  /// matter.
  Sha256 checksum{};

  friend bool operator==(const Tally&, const Tally&) = default;
};

/// Some ids, of which the first few are named.
struct IdList {
  static constexpr std::size_t kMostNamed = 10;

  std::uint64_t count = 0;
  std::vector<std::string> named;

  void add(std::string_view id);
};

/// The outcome for a kind's records.
struct CopyStats {
  std::uint64_t copied = 0;
  std::uint64_t present = 0;  ///< The target had a record of this id, which was left as it is.
  IdList refused = {};        ///< The target refuses them.
  Error first_refusal = {};   ///< If any was refused.
};

/// How two repositories differ in a kind.
struct Differences {
  IdList only_source;
  IdList only_target;
  IdList different;  ///< Both have a record of this id, not the same.
};

/// The result of copying one kind.
struct KindReport {
  std::string kind;
  CopyStats stats = {};
  Tally from = {};
  Tally to = {};
  Differences differences = {};  ///< If the tallies differ.

  [[nodiscard]] bool same() const { return from == to; }
};

/// Copies records from one repository to another: originals, data and what is known of them, with
/// their times and versions, so that clients notice nothing. An existing record is never
/// touched: an interrupted copy is resumed by running it again, and no record is copied twice.
///
/// Reads and writes in pages of bounded size. Failures are those of the repositories.
class RecordCopier {
 public:
  struct Ports {
    RecordRepository& source;
    RecordRepository& target;
    const DocumentDecoder& decoder;
    const Digest& digest;
    /// For how long the records of a kind are kept, for targets that erase by themselves: see
    /// Write::kept_for. Of rejects, how long after they were received last. Entries of histories
    /// say that themselves. May be empty.
    std::function<std::optional<std::chrono::seconds>(const std::string& kind)> kept_for = nullptr;
  };

  /// Receives after each page the number of records read so far.
  using PageRead = std::function<void(std::uint64_t records)>;

  /// The ports must outlive it.
  explicit RecordCopier(Ports ports) : ports_(std::move(ports)) {}

  /// Copies the records of a kind that the target lacks. Records that are added or deleted
  /// meanwhile may be missed: compare afterwards.
  Result<CopyStats> copy(const std::string& kind, const PageRead& page_read = nullptr);

  /// Reads all that the source, or the target, has of a kind.
  Result<Tally> tally_source(const std::string& kind, const PageRead& page_read = nullptr);
  Result<Tally> tally_target(const std::string& kind, const PageRead& page_read = nullptr);

  /// The records because of which the tallies differ. Reads both repositories again.
  Result<Differences> differences(const std::string& kind);

  /// All of these: copies a kind, compares what both repositories have of it, and finds the
  /// differences if there are any.
  Result<KindReport> copy_and_compare(const std::string& kind, Progress& progress);

 private:
  Ports ports_;
};

}  // namespace dropzone
