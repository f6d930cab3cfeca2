#include <dropzone/steps/all_steps.h>

#include <dropzone/steps_re2/re2_steps.h>
#include <dropzone/steps_time/time_zone_database.h>

namespace dropzone {

StepRegistry all_steps() {
  StepRegistry registry = StepRegistry::with_core_steps();
  add_re2_steps(registry);
  add_time_steps(registry);
  return registry;
}

}  // namespace dropzone
