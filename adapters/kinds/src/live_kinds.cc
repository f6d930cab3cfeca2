#include <dropzone/kinds/live_kinds.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <dropzone/json/decode_value.h>

namespace dropzone::kinds {
namespace {

// All instances have what one deployed within five seconds.
constexpr std::chrono::milliseconds kPeriod{2'500};
constexpr std::chrono::milliseconds kPatience{2'000};
// A server listens within a second, whatever a store on other machines does.
constexpr std::chrono::milliseconds kPatienceAtStart{500};

}  // namespace

LiveKinds::LiveKinds(const Parts& parts)
    : load_(parts.load),
      zone_(parts.zone),
      log_(parts.log),
      deployments_({.repository = parts.zone.repository(),
                    .clock = parts.clock,
                    .ids = parts.ids,
                    .digest = parts.digest,
                    .steps = parts.steps,
                    .decode = json::decode_definition,
                    .warn = [&log = parts.log](const std::string& text) { log.warning(text); }},
                   parts.zone, parts.zone.kinds()->kinds()) {}

Result<void> LiveKinds::refresh() {
  return deployments_.refresh(CallOptions(std::chrono::steady_clock::now() + kPatience));
}

Result<void> LiveKinds::start(bool local_store) {
  auto refreshed = deployments_.refresh(
      local_store ? kNoDeadline : std::chrono::steady_clock::now() + kPatienceAtStart);
  if (!refreshed && local_store) return refreshed;
  failing_ = !refreshed;
  if (failing_) log_.warning("the deployed kinds are not known yet: " + refreshed.error().detail);
  if (!local_store) {
    repeater_ = std::make_unique<process::Repeater>(kPeriod, [this] { refresh_now_and_then(); });
  }
  return {};
}

void LiveKinds::refresh_now_and_then() {
  const auto refreshed = refresh();
  if (!refreshed && !failing_) {
    log_.warning("what others deploy is not seen just now: " + refreshed.error().detail);
  }
  if (refreshed && failing_) log_.info("the deployed kinds are known again");
  failing_ = !refreshed;
}

std::map<std::string, Value> LiveKinds::by_file() const {
  std::map<std::string, Value> definitions;
  for (const auto& kind : zone_.kinds()->kinds()) {
    const auto deployment = deployments_.find(kind->name());
    if (deployment && deployment->by_file) definitions.emplace(kind->name(), kind->definition());
  }
  return definitions;
}

Result<std::vector<FileChange>> LiveKinds::reload() {
  DROPZONE_TRY(const KindCatalog catalog, load_());
  std::map<std::string, Value> before = by_file();
  deployments_.set_files(catalog.kinds());
  DROPZONE_CHECK(refresh());
  std::vector<FileChange> changes;
  for (auto& [name, definition] : by_file()) {
    const auto old = before.extract(name);
    if (old && old.mapped() == definition) continue;
    changes.push_back({name, old ? old.mapped() : Value(Object()), definition});
  }
  for (auto& [name, definition] : before) {
    changes.push_back({name, std::move(definition), Object()});
  }
  return changes;
}

}  // namespace dropzone::kinds
