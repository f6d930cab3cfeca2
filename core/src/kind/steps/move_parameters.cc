#include "kind/steps/move_parameters.h"

#include <dropzone/kind/step_parameters.h>

namespace dropzone {

Result<MoveParameters> MoveParameters::parse(const Value& definition) {
  StepParameters parameters(definition, {"from", "to", "ignore_missing"});
  MoveParameters read{.from = parameters.field("from"),
                      .to = parameters.field("to"),
                      .ignore_missing = parameters.flag("ignore_missing")};
  if (read.from == read.to) {
    parameters.refuse("to", "The fields \"from\" and \"to\" must be different.");
  }
  if (parameters.fault()) return *parameters.fault();
  return read;
}

}  // namespace dropzone
