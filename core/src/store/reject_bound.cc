#include <dropzone/store/reject_bound.h>

#include <algorithm>
#include <vector>

#include <dropzone/kind/kind.h>

namespace dropzone {
namespace {

// Writers wait for a page on an embedded store.
constexpr std::size_t kTrimPage = 500;

Filter rejects_of_kind(const std::string& kind) {
  return {Condition{*FieldPath::parse("kind"), Operator::equal, kind}};
}

Result<std::vector<Erase>> oldest_rejects(RecordRepository& repository, const std::string& kind,
                                          const CallOptions& options) {
  const Query query{.kind = std::string(kRejectsKind),
                    .filter = rejects_of_kind(kind),
                    .order = {{*FieldPath::parse("receivedAt"), false}},
                    .after = {},
                    .limit = kTrimPage};
  std::vector<Erase> rejects;
  DROPZONE_CHECK(repository.query(
      query, {.meta = true, .data = false},
      [&](const RecordView& view) {
        rejects.push_back({.id = std::string(view.id), .if_version = view.meta->version});
      },
      options));
  return rejects;
}

Result<std::int64_t> count_rejects(RecordRepository& repository, const std::string& kind,
                                   const CallOptions& options) {
  DROPZONE_TRY(const Aggregates counted, repository.aggregate({.kind = std::string(kRejectsKind),
                                                               .filter = rejects_of_kind(kind),
                                                               .count = true,
                                                               .sums = {},
                                                               .averages = {}},
                                                              options));
  return counted.count.value_or(0);
}

}  // namespace

Result<RejectBound::Trimmed> RejectBound::trim(const std::string& kind,
                                               const CallOptions& options) const {
  DROPZONE_TRY(const std::int64_t before, count_rejects(repository_, kind, options));
  if (before <= most_) return Trimmed();
  DROPZONE_TRY(std::vector<Erase> rejects, oldest_rejects(repository_, kind, options));
  // Counted after they were read: what another instance has erased meanwhile is among these.
  DROPZONE_TRY(const std::int64_t there, count_rejects(repository_, kind, options));
  const auto too_many = static_cast<std::size_t>(std::max<std::int64_t>(there - most_, 0));
  if (rejects.size() > too_many) rejects.resize(too_many);
  if (rejects.empty()) return Trimmed();
  DROPZONE_TRY(const auto statuses, repository_.erase(std::string(kRejectsKind), rejects, options));
  const auto erased = static_cast<std::size_t>(std::ranges::count(statuses, EraseStatus::erased));
  return Trimmed{.erased = erased, .is_within = rejects.size() == too_many};
}

}  // namespace dropzone
