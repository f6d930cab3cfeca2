#include <dropzone/kinds/reject_watch.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dropzone::kinds {
namespace {

using metrics::Metrics;

void add_series(std::vector<Metrics::Labelled>& series, const std::string& kind,
                const RejectCount& count) {
  series.push_back({{{"kind", kind}, {"code", count.code}, {"step", count.step}},
                    static_cast<double>(count.count)});
}

const std::string& name_of(const std::shared_ptr<const Kind>& kind) { return kind->name(); }

}  // namespace

RejectWatch::RejectWatch(const Parts& parts)
    : zone_(parts.zone),
      log_(parts.log),
      period_(parts.period.value_or(std::chrono::seconds(parts.local_store ? 10 : 60))),
      counts_(zone_.repository()),
      bound_(parts.most > 0 ? std::optional<RejectBound>(std::in_place, zone_.repository(),
                                                         static_cast<std::int64_t>(parts.most))
                            : std::nullopt),
      sweeper_({[this](std::optional<Position> after, const CallOptions& options) {
                 return Result<std::optional<Position>>(look_at_next(std::move(after), options));
               }},
               period_, [](const std::string&) {}) {
  parts.metrics.add_gauges("dropzone_rejects_waiting", "Rejects that wait, by kind, code and step.",
                           [this] { return waiting(); });
  parts.metrics.add_counters("dropzone_rejects_erased_total",
                             "Rejects erased because there were more than --max-rejects.",
                             [this] { return erased(); });
}

/// Looks at the kind after this one; its id is the kind's name. What fails is left to the next
/// round.
std::optional<Position> RejectWatch::look_at_next(std::optional<Position> after,
                                                  const CallOptions& options) {
  const auto catalog = zone_.kinds();
  const auto& kinds = catalog->kinds();
  const auto next = after ? std::ranges::upper_bound(kinds, after->id, {}, name_of) : kinds.begin();
  if (next == kinds.end()) return std::nullopt;
  const std::string& name = (*next)->name();
  if (!trim(name, options)) return after ? after : Position{{}, ""};
  static_cast<void>(counts_.of(name, options, period_));
  if (next + 1 == kinds.end()) return std::nullopt;
  return Position{{}, name};
}

/// Whether nothing more of the kind can be erased now.
bool RejectWatch::trim(const std::string& kind, const CallOptions& options) {
  if (!bound_) return true;
  const auto trimmed = bound_->trim(kind, options);
  if (!trimmed) {
    log_.warning("rejects of the kind " + kind +
                 " beyond --max-rejects were not erased: " + trimmed.error().detail);
    return true;
  }
  if (trimmed->erased == 0) return true;
  log_.warning(std::to_string(trimmed->erased) + " rejects of the kind " + kind +
               " were erased, the oldest ones, because there are more than --max-rejects");
  const MutexLock lock(mutex_);
  erased_[kind] += trimmed->erased;
  return trimmed->is_within;
}

/// Kinds, codes and steps are those of the server: no client can make a series.
std::vector<Metrics::Labelled> RejectWatch::waiting() const {
  std::vector<Metrics::Labelled> series;
  const auto catalog = zone_.kinds();
  for (const auto& kind : catalog->kinds()) {
    const WaitingRejects rejects = counts_.known(kind->name());
    for (const RejectCount& count : rejects.by) add_series(series, kind->name(), count);
    if (!rejects.are_grouped) add_series(series, kind->name(), {"", "", rejects.all});
  }
  return series;
}

std::vector<Metrics::Labelled> RejectWatch::erased() const {
  std::vector<Metrics::Labelled> series;
  const MutexLock lock(mutex_);
  for (const auto& [kind, rejects] : erased_) {
    series.push_back({{{"kind", kind}}, static_cast<double>(rejects)});
  }
  return series;
}

}  // namespace dropzone::kinds
