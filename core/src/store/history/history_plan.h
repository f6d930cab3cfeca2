#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/store/history_writer.h>
#include <dropzone/store/record.h>
#include <dropzone/store/record_repository.h>

#include "store/history/history_records.h"

namespace dropzone {

/// What is there of a record, and of its history.
struct HistoryState {
  bool exists = false;
  std::string_view original;  ///< Of the text below, or of the write that made it.
  RecordMeta meta;
  std::string stored_original;
  HistoryHead head;
};
using HistoryStates = std::map<std::string, HistoryState>;  ///< By the record's id.

/// Makes of each write of a batch a group of joined writes that also keeps what goes.
class HistoryPlan {
 public:
  /// What became of a write, if its group was not refused because of another writer.
  using Settled = std::optional<WriteOutcome>;

  /// All must outlive it. The states are those of the records before the batch; they follow it.
  HistoryPlan(const HistoryWriter::Ports& ports, const Kind& kind, HistoryStates& states,
              std::string_view principal)
      : ports_(ports), kind_(kind), states_(states), principal_(principal) {}

  /// Whether what it does depends on what is there.
  [[nodiscard]] static bool may_replace(const Write& write) {
    return write.erases || write.if_exists == IfExists::replace;
  }

  /// Adds a copy of a write, with what it makes necessary. The write must outlive the plan.
  void add(const Write& write);

  [[nodiscard]] std::vector<Write> take_writes() { return std::move(writes_); }
  /// How many writes of the batch were added.
  [[nodiscard]] std::size_t size() const noexcept { return groups_.size(); }
  /// Which of them the group is of that begins at this write of the plan.
  [[nodiscard]] std::size_t group_at(std::size_t first_write) const;
  /// What became of a group; `outcomes` are those of the plan's writes from that of the group
  /// `first` on.
  [[nodiscard]] Settled settle(std::size_t group, std::size_t first,
                               std::span<const WriteOutcome> outcomes) const;

 private:
  struct Group {
    std::size_t first = 0;  ///< Of its writes.
    std::size_t size = 1;
    bool conditional = false;  ///< The first write has a condition of ours.
    bool erases_nothing = false;
  };

  void add_change(const Write& write, HistoryState& state);
  void add_to_nothing(const Write& write, HistoryState& state);
  void keep(const Write& write, HistoryState& state);
  void trim(const std::string& history_id, HistoryHead& head);

  const HistoryWriter::Ports& ports_;
  const Kind& kind_;
  HistoryStates& states_;
  const std::string_view principal_;
  std::vector<Write> writes_;
  std::vector<Group> groups_;
};

}  // namespace dropzone
