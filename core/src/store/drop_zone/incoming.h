#pragma once

#include <optional>
#include <string>

#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// A record that passed its pipeline.
struct Admitted {
  std::optional<std::string> id;  ///< The client's, if it gave one.
  Object data;
  std::string data_json;  ///< The data's text.
};

/// Takes the `_id` from an object, checks it and the reserved names, and runs the kind's pipeline.
/// What the data's text takes is held of the allowance. An error is the record's own unless the
/// allowance is exhausted.
Result<Admitted> admit(const Kind& kind, Object object, const StepContext& context,
                       const Pipeline::Trace& trace = {});

/// Gives a record that has no id the one that its kind makes of its data, if it has a rule for
/// that.
Result<Admitted> with_id(Admitted admitted, const Kind& kind, const Digest* digest);

/// What a trace keeps of a stage; `text` is the object after it.
[[nodiscard]] TransformResult::Stage kept_stage(const Pipeline::Stage& stage, std::string text);

/// Takes a valid `_id` from an object, if it has one.
Result<std::optional<std::string>> take_id(Object& object);

}  // namespace dropzone
