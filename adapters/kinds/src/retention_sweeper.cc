#include <dropzone/kinds/retention_sweeper.h>

#include <string>
#include <utility>

namespace dropzone::kinds {
namespace {

constexpr std::chrono::minutes kSweepPeriod{1};

}  // namespace

RetentionSweeper::RetentionSweeper(const DropZone& zone, std::chrono::milliseconds period,
                                   std::function<void(const std::string& why)> report)
    : retention_({.repository = zone.repository(),
                  .clock = zone.ports().clock,
                  .kinds =
                      [&zone] {
                        auto kept = retentions_of(*zone.kinds());
                        const auto& rejects = zone.ports().reject_retention;
                        if (rejects) kept.push_back(retention_of_rejects(*rejects));
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
               period, std::move(report)) {}

std::optional<std::chrono::seconds> kept_for(std::chrono::milliseconds time) noexcept {
  if (time.count() == 0) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(time);
}

std::unique_ptr<RetentionSweeper> start_retention(const DropZone& zone, bool local_store,
                                                  metrics::Metrics& metrics, log::Log& log) {
  if (!local_store) return nullptr;
  auto sweeper =
      std::make_unique<RetentionSweeper>(zone, kSweepPeriod, [&log](const std::string& why) {
        log.warning("records beyond their retention were not removed: " + why);
      });
  add_retention_stats(metrics, *sweeper);
  return sweeper;
}

void add_retention_stats(metrics::Metrics& metrics, const RetentionSweeper& sweeper) {
  metrics.add_counter(
      "dropzone_records_expired_total",
      "Records, rejects and entries of histories erased at the end of their retention.",
      [&sweeper] { return static_cast<double>(sweeper.erased()); });
}

}  // namespace dropzone::kinds
