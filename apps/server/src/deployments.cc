#include "deployments.h"

#include <chrono>
#include <string>
#include <string_view>

#include <dropzone/json/decode_value.h>

#include "kinds.h"

namespace dropzone::server {
namespace {

// All instances have what one deployed within five seconds.
constexpr std::chrono::milliseconds kPeriod{2'500};
constexpr std::chrono::milliseconds kPatience{2'000};

constexpr std::size_t kMaxDefinitionDepth = 100;

}  // namespace

Deployments::Deployments(const Parts& parts)
    : options_(parts.options),
      steps_(parts.steps),
      log_(parts.log),
      kinds_(
          {.repository = parts.zone.repository(),
           .clock = parts.clock,
           .ids = parts.ids,
           .digest = parts.digest,
           .steps = parts.steps,
           .decode =
               [](std::string_view text) { return json::decode_value(text, kMaxDefinitionDepth); },
           .warn = [&log = parts.log](const std::string& text) { log.warning(text); }},
          parts.zone, parts.zone.kinds()->kinds()) {}

Result<void> Deployments::refresh() {
  return kinds_.refresh(CallOptions(std::chrono::steady_clock::now() + kPatience));
}

Result<void> Deployments::start(bool local_store) {
  auto refreshed = refresh();
  if (!refreshed && local_store) return refreshed;
  failing_ = !refreshed;
  if (failing_) log_.warning("the deployed kinds are not known yet: " + refreshed.error().detail);
  if (!local_store) {
    repeater_ = std::make_unique<process::Repeater>(kPeriod, [this] { refresh_now_and_then(); });
  }
  return {};
}

void Deployments::refresh_now_and_then() {
  const auto refreshed = refresh();
  if (!refreshed && !failing_) {
    log_.warning("what others deploy is not seen just now: " + refreshed.error().detail);
  }
  if (refreshed && failing_) log_.info("the deployed kinds are known again");
  failing_ = !refreshed;
}

Result<void> Deployments::reload() {
  DROPZONE_TRY(const KindCatalog catalog, load_kinds(options_, steps_));
  kinds_.set_files(catalog.kinds());
  return refresh();
}

}  // namespace dropzone::server
