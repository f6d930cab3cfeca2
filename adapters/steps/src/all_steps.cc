#include <dropzone/steps/all_steps.h>

#include <utility>

#include <dropzone/json/json_steps.h>
#include <dropzone/steps_crypto/crypto_steps.h>
#include <dropzone/steps_lua/lua_step.h>
#include <dropzone/steps_re2/re2_steps.h>
#include <dropzone/steps_schema/schema_steps.h>
#include <dropzone/steps_time/time_zone_database.h>

namespace dropzone {

StepRegistry all_steps(StepKeys keys) {
  StepRegistry registry = StepRegistry::with_core_steps();
  json::add_json_steps(registry);
  add_crypto_steps(registry, std::move(keys));
  add_re2_steps(registry);
  add_schema_steps(registry);
  add_time_steps(registry);
  registry.add("lua", make_lua);
  return registry;
}

}  // namespace dropzone
