#include "store/history/history_plan.h"

#include <algorithm>
#include <utility>

namespace dropzone {
namespace {

// No version has this character.
constexpr std::string_view kNoVersion = "-";

// A group must fit a transaction. What is left goes with the next change.
constexpr std::int64_t kMostTrimmed = 100;

bool is_conflict(const WriteOutcome& outcome) {
  return outcome.error.code == ErrorCode::precondition_failed ||
         outcome.error.code == ErrorCode::already_exists;
}

Error entry_refused(Error error) {
  error.detail =
      "The record's present original cannot be kept in its history, so nothing was changed: " +
      error.detail;
  return error;
}

/// The latest of both, if both expire.
std::optional<Timestamp> later(std::optional<Timestamp> left, std::optional<Timestamp> right) {
  if (!left || !right) return std::nullopt;
  return std::max(*left, *right);
}

/// Notes the record as the write leaves it.
void follow(HistoryState& state, const Write& write, Timestamp created_at) {
  state.exists = true;
  state.original = write.original;
  state.meta = write.meta;
  state.meta.created_at = created_at;
  state.meta.updated_at = std::max(write.meta.updated_at, created_at);
}

}  // namespace

void HistoryPlan::add(const Write& write) {
  groups_.push_back({.first = writes_.size()});
  if (may_replace(write)) {
    add_change(write, states_[write.id]);
  } else {
    writes_.push_back(write);
  }
  groups_.back().size = writes_.size() - groups_.back().first;
}

void HistoryPlan::add_change(const Write& write, HistoryState& state) {
  if (!state.exists) return add_to_nothing(write, state);
  writes_.push_back(write);
  Write& change = writes_.back();
  const std::string before = state.meta.version;
  if (write.if_version && *write.if_version != "*" && *write.if_version != before) return;
  change.if_version = before;
  groups_.back().conditional = true;
  if (write.erases || write.original != state.original) keep(write, state);
  if (write.erases) {
    state.exists = false;
  } else {
    follow(state, write, state.meta.created_at);
  }
}

// What is refused for want of a record is refused, too, if somebody creates one meanwhile.
void HistoryPlan::add_to_nothing(const Write& write, HistoryState& state) {
  writes_.push_back(write);
  Write& change = writes_.back();
  groups_.back().erases_nothing = write.erases;
  if (write.if_version || write.erases) {
    change.if_version = kNoVersion;
    return;
  }
  change.if_exists = IfExists::fail;
  groups_.back().conditional = true;
  follow(state, write, write.meta.created_at);
}

void HistoryPlan::keep(const Write& write, HistoryState& state) {
  const Timestamp now = ports_.clock.now();
  const auto expires_at = expiry_of(kind_, state.meta.created_at, now);
  if (expires_at && *expires_at <= now) return;
  const HistoryChange change{
      .kind = kind_.name(), .id = write.id, .deletes = write.erases, .at = now, .by = principal_};
  const std::string place = history_id(kind_.name(), write.id, *ports_.digest);
  HistoryHead& head = state.head;
  writes_.push_back(entry_write(change, {state.original, state.meta}, place, head, expires_at,
                                ports_.ids.next()));
  const bool is_new = head.version.empty();
  head.expires_at = is_new ? expires_at : later(head.expires_at, expires_at);
  ++head.next;
  trim(place, head);
  std::string version = ports_.ids.next();
  writes_.push_back(head_write(place, head, version, now));
  head.version = std::move(version);
  if (is_new) head.created_at = now;
}

/// What has an age expires by itself.
void HistoryPlan::trim(const std::string& history_id, HistoryHead& head) {
  const auto kept = kind_.history()->entries;
  if (!kept) {
    if (head.first == head.next - 1) head.first = head.next;
    return;
  }
  const std::int64_t end = std::min(head.next - *kept, head.first + kMostTrimmed);
  for (; head.first < end; ++head.first) {
    writes_.push_back(entry_erasure(history_id, head.first));
  }
}

std::size_t HistoryPlan::group_at(std::size_t first_write) const {
  const auto group = std::ranges::lower_bound(groups_, first_write, {}, &Group::first);
  return static_cast<std::size_t>(group - groups_.begin());
}

HistoryPlan::Settled HistoryPlan::settle(std::size_t group, std::size_t first,
                                         std::span<const WriteOutcome> outcomes) const {
  const Group& wanted = groups_[group];
  if (wanted.erases_nothing) {
    return WriteOutcome{
        WriteStatus::refused, {ErrorCode::not_found, "There is no such record."}, {}};
  }
  const auto of_group = outcomes.subspan(wanted.first - groups_[first].first, wanted.size);
  for (std::size_t i = 0; i < of_group.size(); ++i) {
    const WriteOutcome& outcome = of_group[i];
    if (outcome.status != WriteStatus::refused) continue;
    if (is_conflict(outcome) && (i > 0 || wanted.conditional)) return std::nullopt;
    if (i > 0) return WriteOutcome{WriteStatus::refused, entry_refused(outcome.error), {}};
    return outcome;
  }
  return of_group.front();
}

}  // namespace dropzone
