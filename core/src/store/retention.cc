#include <dropzone/store/retention.h>

#include <algorithm>
#include <string>
#include <utility>

namespace dropzone {
namespace {

// Writers wait for a page on an embedded store.
constexpr std::size_t kPage = 500;

Query kept_until(const Retention::KeptFor& kept, Timestamp last) {
  return {.kind = kept.kind,
          .filter = {Condition{kept.since, Operator::less_or_equal, last}},
          .order = {{kept.since, false}},
          .after = {},
          .limit = kPage};
}

}  // namespace

Result<bool> Retention::sweep(const CallOptions& options) {
  if (left_.empty()) left_ = ports_.kinds();
  if (left_.empty()) return false;
  const auto more = sweep_page(left_.back(), options);
  if (!more || !*more) left_.pop_back();
  if (!more) return more.error();
  return !left_.empty();
}

Result<bool> Retention::sweep_page(const KeptFor& kept, const CallOptions& options) {
  const std::chrono::microseconds time = kept.time;
  const Timestamp last{ports_.clock.now().micros - time.count()};
  std::vector<Erase> erases;
  const auto page = ports_.repository.query(
      kept_until(kept, last), {.meta = true, .data = false},
      [&](const RecordView& record) {
        erases.push_back({.id = std::string(record.id), .if_version = record.meta->version});
      },
      options);
  if (!page) return page.error();
  if (erases.empty()) return false;
  const auto statuses = ports_.repository.erase(kept.kind, erases, options);
  if (!statuses) return statuses.error();
  const auto erased = static_cast<std::size_t>(std::ranges::count(*statuses, EraseStatus::erased));
  if (erased > 0 && ports_.erased) ports_.erased(kept.kind, erased);
  return page->has_value();
}

FieldPath Retention::created_at_field() { return *FieldPath::parse("_meta.createdAt"); }

Retention::KeptFor retention_of_rejects(std::chrono::seconds time) {
  return {
      .kind = std::string(kRejectsKind), .time = time, .since = *FieldPath::parse("receivedAt")};
}

std::vector<Retention::KeptFor> retentions_of(const KindCatalog& kinds) {
  std::vector<Retention::KeptFor> kept;
  for (const auto* const some : {&kinds.kinds(), &kinds.system_kinds()}) {
    for (const auto& kind : *some) {
      if (const auto time = kind->retention())
        kept.push_back({.kind = kind->name(), .time = *time});
    }
  }
  kept.push_back({.kind = std::string(kHistoryKind),
                  .time = std::chrono::seconds(0),
                  .since = *FieldPath::parse("expiresAt")});
  return kept;
}

}  // namespace dropzone
