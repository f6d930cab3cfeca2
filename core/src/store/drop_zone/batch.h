#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/kind/allowance.h>
#include <dropzone/kind/step_context.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone {

[[nodiscard]] inline bool is_there_already(const WriteOutcome& outcome) {
  return outcome.status == WriteStatus::refused && outcome.error.code == ErrorCode::already_exists;
}

/// A request whose records have passed their pipeline or not, and what shall be written of them.
struct DropZone::Batch {
  static constexpr std::size_t kNoWrite = static_cast<std::size_t>(-1);

  std::string kind;
  Atomicity atomicity = Atomicity::partial;
  StoreReport report = {};         ///< Records that shall be stored have no status yet.
  std::vector<Write> writes = {};  ///< Without those that `begun` has.
  std::unique_ptr<BatchWriter> begun = nullptr;  ///< Has the first writes, if there were many.
  std::size_t writes_begun = 0;                  ///< How many.
  std::vector<bool> names_id = {};  ///< By index of the record: whether it has an _id itself.
  std::vector<std::size_t> write_of = {};  ///< By index of the record; kNoWrite if it has none.
  /// The writes of rejects by their index among all, without the original.
  std::vector<std::pair<std::size_t, Write>> rejects = {};

  void add(Write write);
  void add_reject(Write write);
  /// Passes what was added to `begun`.
  void pass_on();
  /// The rejects that were there already, and are to be counted up.
  [[nodiscard]] std::vector<Write> take_repeated(const std::vector<WriteOutcome>& outcomes);
};

/// Takes the records of one request through their pipeline, one after the other. Not thread-safe.
class DropZone::Admission {
 public:
  /// All but the request must outlive it.
  Admission(const DropZone& zone, const Kind& kind, const StoreRequest& request, Passing passing,
            const CallOptions& options);

  /// Adds the next record to the batch, be it refused or not. An error ends the request:
  /// `deadline_exceeded`, or `overloaded`.
  Result<void> add(IncomingRecord record);

  /// What was added. Call it last.
  [[nodiscard]] Batch finish();

 private:
  Result<void> refuse(StoreResult& result, IncomingRecord record, Error error);
  void pass_on_part();

  const Ports& ports_;
  const Kind& kind_;
  const Passing passing_;
  const CallOptions& options_;
  const IfExists if_exists_;
  Allowance allowance_;
  const Received received_;
  const StepContext context_;
  Batch batch_;
  std::size_t part_bytes_ = 0;  ///< Of the originals that were not passed on.
  bool any_refused_ = false;
};

}  // namespace dropzone
