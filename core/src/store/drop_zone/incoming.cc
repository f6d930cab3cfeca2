#include "store/drop_zone/incoming.h"

#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/record_id.h>

namespace dropzone {
namespace {

constexpr std::string_view kReservedNames[] = {"_original", "_meta"};

Result<void> check_reserved_names(const Object& object) {
  for (const std::string_view name : kReservedNames) {
    if (!object.find(name)) continue;
    Error error{ErrorCode::reserved_name,
                "The name \"" + std::string(name) + "\" is the server's own; rename the member.",
                "/" + std::string(name)};
    show_values(error, object);
    return error;
  }
  return {};
}

}  // namespace

Result<std::optional<std::string>> take_id(Object& object) {
  const Value* const value = object.find("_id");
  if (!value) return std::optional<std::string>();
  const std::string* const id = value->as_string();
  Result<void> valid = id ? check_record_id(*id)
                          : Error{ErrorCode::invalid_id,
                                  "The _id is a " + std::string(class_name(value->value_class())) +
                                      "; it must be a string."};
  if (!valid) {
    valid.error().pointer = "/_id";
    show_values(valid.error(), object);
    return std::move(valid).error();
  }
  std::optional<std::string> taken = *id;
  object.take("_id");
  return taken;
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
  auto id = kind.id_rule()->id_of(admitted.data, *digest);
  if (!id) {
    show_values(id.error(), admitted.data);
    return std::move(id).error();
  }
  admitted.id = *std::move(id);
  return admitted;
}

TransformResult::Stage kept_stage(const Pipeline::Stage& stage, std::string text) {
  return {.step = std::string(stage.step),
          .object = std::move(text),
          .skipped = stage.skipped,
          .error = stage.error ? std::optional(*stage.error) : std::nullopt};
}

}  // namespace dropzone
