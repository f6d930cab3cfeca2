#include "store/drop_zone/incoming.h"

#include <utility>

#include <dropzone/value/json_text.h>
#include <dropzone/value/record_id.h>

namespace dropzone {
namespace {

constexpr std::string_view kReservedNames[] = {"_original", "_meta"};

Result<void> check_reserved_names(const Object& object) {
  for (const std::string_view name : kReservedNames) {
    if (!object.find(name)) continue;
    return Error{ErrorCode::reserved_name,
                 "The name \"" + std::string(name) + "\" is the server's own; rename the member.",
                 "/" + std::string(name)};
  }
  return {};
}

}  // namespace

Result<std::optional<std::string>> take_id(Object& object) {
  const auto value = object.take("_id");
  if (!value) return std::optional<std::string>();
  const std::string* id = value->as_string();
  if (!id) {
    return Error{
        ErrorCode::invalid_id,
        "The _id is a " + std::string(class_name(value->value_class())) + "; it must be a string.",
        "/_id"};
  }
  if (auto valid = check_record_id(*id); !valid) {
    valid.error().pointer = "/_id";
    return std::move(valid).error();
  }
  return std::optional(*id);
}

Result<Admitted> admit(const Kind& kind, Object object, const StepContext& context,
                       const Pipeline::Trace& trace) {
  auto id = take_id(object);
  if (!id) return std::move(id).error();
  if (auto names = check_reserved_names(object); !names) return std::move(names).error();
  auto data = kind.transform(std::move(object), context, trace);
  if (!data) return std::move(data).error();
  std::string json = to_json(*data);
  if (!context.allowance.hold(json.capacity())) return *context.allowance.exhausted();
  return Admitted{*std::move(id), *std::move(data), std::move(json)};
}

Result<Admitted> with_id(Admitted admitted, const Kind& kind, const Digest* digest) {
  if (admitted.id || !kind.id_rule()) return admitted;
  if (!digest) {
    return Error{ErrorCode::internal,
                 "The program that stores this record has no digest, which the "
                 "kind needs to make its _id."};
  }
  DROPZONE_TRY(admitted.id, kind.id_rule()->id_of(admitted.data, *digest));
  return admitted;
}

TransformResult::Stage kept_stage(const Pipeline::Stage& stage, std::string text) {
  return {.step = std::string(stage.step),
          .object = std::move(text),
          .skipped = stage.skipped,
          .error = stage.error ? std::optional(*stage.error) : std::nullopt};
}

}  // namespace dropzone
