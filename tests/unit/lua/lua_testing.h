#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <dropzone/json/decode_value.h>
#include <dropzone/kind/step.h>
#include <dropzone/steps_lua/lua_step.h>
#include <dropzone/value/json_text.h>

namespace dropzone {

inline Object object_of(std::string_view json) {
  return *json::decode_value(json, 64).value().as_object();
}

inline std::unique_ptr<Step> lua_step(std::string_view source, Object limits = {}) {
  limits.set("source", source);
  return make_lua(std::move(limits)).value();
}

/// What the step makes of an object: its JSON text, or "code pointer: detail".
inline std::string applied(const Step& step, Object object, const RecordLimits& limits = {}) {
  Allowance allowance{limits};
  const auto outcome = step.apply(object, StepContext(allowance));
  if (outcome) return to_json(object);
  const Error& error = outcome.error();
  return std::string(error_name(error.code)) + (error.pointer.empty() ? "" : " " + error.pointer) +
         ": " + error.detail;
}

inline std::string run_lua(std::string_view source, std::string_view record = "{}") {
  return applied(*lua_step(source), object_of(record));
}

/// What a script returns as the member `x`.
inline std::string lua_value(std::string_view expression, std::string_view record = "{}") {
  const std::string text = run_lua("return {x = " + std::string(expression) + "}", record);
  if (!text.starts_with(R"({"x":)")) return text;
  return text.substr(5, text.size() - 6);
}

}  // namespace dropzone
