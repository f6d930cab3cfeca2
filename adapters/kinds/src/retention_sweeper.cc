#include <dropzone/kinds/retention_sweeper.h>

#include <vector>

namespace dropzone::kinds {

RetentionSweeper::RetentionSweeper(const Parts& parts)
    : retention_({.repository = parts.repository,
                  .clock = parts.clock,
                  .kinds =
                      [&zone = parts.zone, rejects = parts.reject_retention] {
                        auto kept = retentions_of(*zone.kinds());
                        if (rejects) kept.push_back({std::string(kRejectsKind), *rejects});
                        return kept;
                      },
                  .erased = [this](const std::string&,
                                   std::size_t records) { erased_.fetch_add(records); }}),
      sweeper_({[this](const std::optional<Position>&,
                       const CallOptions& options) -> Result<std::optional<Position>> {
                 const auto more = retention_.sweep(options);
                 if (!more) return more.error();
                 return *more ? std::optional(Position{}) : std::nullopt;
               }},
               parts.period, parts.report) {}

std::unique_ptr<RetentionSweeper> start_retention(RetentionSweeper::Parts parts, bool local_store,
                                                  metrics::Metrics& metrics, log::Log& log) {
  if (!local_store) return nullptr;
  parts.report = [&log](const std::string& why) {
    log.warning("records beyond their retention were not removed: " + why);
  };
  auto sweeper = std::make_unique<RetentionSweeper>(parts);
  add_retention_stats(metrics, *sweeper);
  return sweeper;
}

void add_retention_stats(metrics::Metrics& metrics, const RetentionSweeper& sweeper) {
  metrics.add_counter("dropzone_records_expired_total",
                      "Records and rejects erased at the end of their retention.",
                      [&sweeper] { return static_cast<double>(sweeper.erased()); });
}

}  // namespace dropzone::kinds
