#include <dropzone/store/reject_counts.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <dropzone/kind/kind.h>

namespace dropzone {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCheapCount{100};
constexpr int kRestsPerCost = 20;

AggregateQuery count_waiting(const std::string& kind) {
  return {.kind = std::string(kRejectsKind),
          .filter = {Condition{*FieldPath::parse("kind"), Operator::equal, kind}},
          .count = true,
          .sums = {},
          .averages = {}};
}

/// The counts by code; or by code and step, of those that have a step.
Result<std::vector<RejectCount>> counts_by(RecordRepository& repository, const std::string& kind,
                                           bool with_step, const CallOptions& options) {
  AggregateQuery query = count_waiting(kind);
  query.groups.push_back({*FieldPath::parse("code")});
  if (with_step) query.groups.push_back({*FieldPath::parse("step")});
  DROPZONE_TRY(const Aggregates aggregates, repository.aggregate(query, options));
  std::vector<RejectCount> counts;
  for (const Group& group : aggregates.groups) {
    counts.push_back({.code = std::string(text_of(&group.key[0])),
                      .step = with_step ? std::string(text_of(&group.key[1])) : std::string(),
                      .count = group.figures.count.value_or(0)});
  }
  return counts;
}

/// Makes counts by code those of the rejects that no step refused, and adds the others.
std::vector<RejectCount> joined_counts(std::vector<RejectCount> by_code,
                                       const std::vector<RejectCount>& by_step) {
  for (const RejectCount& count : by_step) {
    const auto of_code = std::ranges::find(by_code, count.code, &RejectCount::code);
    if (of_code != by_code.end()) of_code->count -= count.count;
  }
  // Less than none: of what came between the two questions.
  std::erase_if(by_code, [](const RejectCount& count) { return count.count <= 0; });
  by_code.insert(by_code.end(), by_step.begin(), by_step.end());
  std::ranges::sort(by_code, {}, [](const RejectCount& c) { return std::tie(c.code, c.step); });
  return by_code;
}

Result<WaitingRejects> grouped_rejects(RecordRepository& repository, const std::string& kind,
                                       const CallOptions& options) {
  DROPZONE_TRY(auto by_code, counts_by(repository, kind, false, options));
  DROPZONE_TRY(const auto by_step, counts_by(repository, kind, true, options));
  WaitingRejects rejects{.by = joined_counts(std::move(by_code), by_step)};
  for (const RejectCount& count : rejects.by) rejects.all += count.count;
  return rejects;
}

Result<WaitingRejects> count_now(RecordRepository& repository, const std::string& kind,
                                 const CallOptions& options) {
  DROPZONE_TRY(const Aggregates all, repository.aggregate(count_waiting(kind), options));
  if (all.count.value_or(0) == 0) return WaitingRejects();
  auto rejects = grouped_rejects(repository, kind, options);
  if (rejects || rejects.error().code != ErrorCode::scan_limit) return rejects;
  return WaitingRejects{.all = *all.count, .are_grouped = false};
}

}  // namespace

Result<WaitingRejects> RejectCounts::of(const std::string& kind, const CallOptions& options,
                                        milliseconds max_age) {
  {
    const MutexLock lock(mutex_);
    const auto known = known_.find(kind);
    if (known != known_.end()) {
      if (is_fresh(known->second, max_age)) return known->second.rejects;
      known->second.counted = now_();  // If it takes long, nobody counts at the same time.
    }
  }
  const Time began = now_();
  DROPZONE_TRY(WaitingRejects rejects, count_now(repository_, kind, options));
  const MutexLock lock(mutex_);
  const Time counted = now_();
  known_[kind] = {.rejects = rejects, .counted = counted, .cost = counted - began};
  return rejects;
}

WaitingRejects RejectCounts::known(const std::string& kind) const {
  const MutexLock lock(mutex_);
  const auto known = known_.find(kind);
  return known == known_.end() ? WaitingRejects() : known->second.rejects;
}

bool RejectCounts::is_fresh(const Known& known, milliseconds max_age) const {
  const auto rest = known.cost < kCheapCount ? Time::duration::zero() : known.cost * kRestsPerCost;
  return now_() - known.counted < std::max<Time::duration>(rest, max_age);
}

}  // namespace dropzone
