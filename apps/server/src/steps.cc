#include "steps.h"

#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/steps/all_steps.h>

namespace dropzone::server {

Result<StepRegistry> make_steps(const Options& options) {
  if (options.step_keys.empty()) return all_steps();
  auto keys = read_step_keys(options.step_keys);
  if (!keys) return config::fault_in("--step-keys", keys.error());
  return all_steps(*std::move(keys));
}

}  // namespace dropzone::server
