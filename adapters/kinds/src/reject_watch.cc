#include <dropzone/kinds/reject_watch.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dropzone::kinds {
namespace {

using metrics::Metrics;

void add_series(std::vector<Metrics::Labelled>& series, const std::string& kind,
                const RejectCount& count) {
  series.push_back({{{"kind", kind}, {"code", count.code}, {"step", count.step}},
                    static_cast<double>(count.count)});
}

/// Kinds, codes and steps are those of the server: no client can make a series.
std::vector<Metrics::Labelled> series_of(const DropZone& zone, const RejectCounts& counts) {
  std::vector<Metrics::Labelled> series;
  const auto catalog = zone.kinds();
  for (const auto& kind : catalog->kinds()) {
    const WaitingRejects rejects = counts.known(kind->name());
    for (const RejectCount& count : rejects.by) add_series(series, kind->name(), count);
    if (!rejects.are_grouped) add_series(series, kind->name(), {"", "", rejects.all});
  }
  return series;
}

const std::string& name_of(const std::shared_ptr<const Kind>& kind) { return kind->name(); }

}  // namespace

RejectWatch::RejectWatch(const DropZone& zone, std::chrono::milliseconds period, Metrics& metrics)
    : zone_(zone),
      period_(period),
      counts_(zone.repository()),
      sweeper_({[this](const std::optional<Position>& after, const CallOptions& options) {
                 return Result<std::optional<Position>>(count_next(after, options));
               }},
               period, [](const std::string&) {}) {
  metrics.add_gauges("dropzone_rejects_waiting", "Rejects that wait, by kind, code and step.",
                     [this] { return series_of(zone_, counts_); });
}

/// One that cannot be counted now is left to the next round.
std::optional<Position> RejectWatch::count_next(const std::optional<Position>& after,
                                                const CallOptions& options) {
  const auto catalog = zone_.kinds();
  const auto& kinds = catalog->kinds();
  const auto next = after ? std::ranges::upper_bound(kinds, after->id, {}, name_of) : kinds.begin();
  if (next == kinds.end()) return std::nullopt;
  const std::string& name = (*next)->name();
  static_cast<void>(counts_.of(name, options, period_));
  if (next + 1 == kinds.end()) return std::nullopt;
  return Position{{}, name};
}

}  // namespace dropzone::kinds
