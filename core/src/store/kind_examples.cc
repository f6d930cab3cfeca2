#include <dropzone/store/kind_examples.h>

#include <algorithm>
#include <utility>

#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/timestamp.h>

#include "store/drop_zone/incoming.h"

namespace dropzone {
namespace {

/// What a trace may show of one example.
constexpr std::size_t kMaxTraceBytes = std::size_t{256} << 10;

bool is_same(const Value& expected, const Value& got);

bool is_same(const Object& expected, const Object& got) {
  return expected.size() == got.size() &&
         std::ranges::all_of(expected.members(), [&](const Member& member) {
           const Value* value = got.find(member.name);
           return value && is_same(member.value, *value);
         });
}

bool is_same(const Value& expected, const Value& got) {
  if (const Timestamp* timestamp = got.as_timestamp()) {
    return expected == Value(format_timestamp(*timestamp));
  }
  if (const Object* object = got.as_object()) {
    return expected.as_object() && is_same(*expected.as_object(), *object);
  }
  const Array* array = got.as_array();
  if (!array) return expected == got;
  const Array* wanted = expected.as_array();
  return wanted && std::ranges::equal(*wanted, *array,
                                      [](const Value& a, const Value& b) { return is_same(a, b); });
}

std::string error_text(const std::string& code, const std::string& step) {
  Object error;
  if (!code.empty()) error.append("code", code);
  if (!step.empty()) error.append("step", step);
  return to_json(Object{{"error", std::move(error)}});
}

std::string outcome_text(const Result<Object>& result) {
  if (result) return to_json(*result);
  const Error& error = result.error();
  Object shown{{"code", std::string(error_name(error.code))}};
  if (!error.step.empty()) shown.append("step", error.step);
  if (!error.pointer.empty()) shown.append("pointer", error.pointer);
  shown.append("detail", error.detail);
  return to_json(Object{{"error", std::move(shown)}});
}

bool fulfils(const Result<Object>& result, const Example& example) {
  if (result) return example.record && is_same(*example.record, *result);
  if (example.record) return false;
  const Error& error = result.error();
  return (example.code.empty() || example.code == error_name(error.code)) &&
         (example.step.empty() || example.step == error.step);
}

/// What becomes of an example's record, with its `_id` if that is tested.
Result<Object> run_example(const Kind& kind, const Example& example, const Digest& digest,
                           const StepContext& context, const Pipeline::Trace& trace) {
  DROPZONE_TRY(Admitted admitted, admit(kind, example.original, context, trace));
  DROPZONE_TRY(admitted, with_id(std::move(admitted), kind, &digest));
  if (!example.record || !example.record->find("_id")) return std::move(admitted.data);
  Object record{{"_id", admitted.id ? Value(*admitted.id) : Value()}};
  for (Member& member : admitted.data.members()) {
    record.append(std::move(member.name), std::move(member.value));
  }
  return record;
}

}  // namespace

std::optional<FailedExample> find_failed_example(const Kind& kind, const Digest& digest,
                                                 const RecordLimits& limits) {
  for (std::size_t i = 0; i < kind.examples().size(); ++i) {
    const Example& example = kind.examples()[i];
    FailedExample failed{.index = i, .expected = {}, .got = {}, .trace = {}};
    std::size_t room = kMaxTraceBytes;
    Allowance allowance(limits);
    const auto result =
        run_example(kind, example, digest, allowance, [&](const Pipeline::Stage& stage) {
          std::string text = to_json(stage.after);
          if (text.size() > room) return;
          room -= text.size();
          failed.trace.push_back(kept_stage(stage, std::move(text)));
        });
    if (fulfils(result, example)) continue;
    failed.expected =
        example.record ? to_json(*example.record) : error_text(example.code, example.step);
    failed.got = outcome_text(result);
    return failed;
  }
  return std::nullopt;
}

Error example_error(const FailedExample& failed) {
  constexpr std::size_t kShown = 2'000;
  const auto shown = [](const std::string& text) {
    if (text.size() <= kShown) return text;
    std::size_t end = kShown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end) + "…";
  };
  return {ErrorCode::example_failed,
          "Example " + std::to_string(failed.index) + " expects " + shown(failed.expected) +
              ", and the pipeline makes " + shown(failed.got) + ".",
          pointer_to("/examples", failed.index)};
}

}  // namespace dropzone
