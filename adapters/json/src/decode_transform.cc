#include <dropzone/json/decode_transform.h>

#include <algorithm>
#include <string>
#include <utility>

#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/limits.h>

#include "member_spans.h"
#include "text.h"

namespace dropzone::json {
namespace {

constexpr std::string_view kTransformMembers[] = {"definition", "records", "sample", "against"};

Error invalid(std::string detail, std::string_view name) {
  return {ErrorCode::invalid_request, std::move(detail), pointer_to({}, name)};
}

Error definition_too_large() {
  return {ErrorCode::body_too_large,
          "A definition in a request may have at most " +
              std::to_string(kMaxInlineDefinitionBytes) + " bytes; deploy a larger one.",
          pointer_to({}, "definition")};
}

using Members = std::vector<MemberSpan>;

auto find_member(const Members& members, std::string_view name) {
  return std::ranges::find(members, name, &MemberSpan::name);
}

/// What is wrong with the members of a body that has a definition.
std::optional<Error> find_fault(const Members& members) {
  for (auto member = members.begin(); member != members.end(); ++member) {
    if (std::ranges::find(kTransformMembers, member->name) == std::end(kTransformMembers)) {
      return Error{ErrorCode::unknown_member,
                   "There is no member " + in_quotes(member->name) + " next to \"definition\"." +
                       did_you_mean(member->name, kTransformMembers),
                   pointer_to({}, member->name)};
    }
    if (find_member(members, member->name) != member) {
      return invalid("The member " + in_quotes(member->name) + " is there more than once.",
                     member->name);
    }
  }
  if (find_member(members, "definition")->type != MemberSpan::Type::object) {
    return invalid("\"definition\" must be an object, as a kind file has it.", "definition");
  }
  const auto records = find_member(members, "records");
  const bool has_records = records != members.end();
  if (has_records == (find_member(members, "sample") != members.end())) {
    return invalid(
        "The definition needs either \"records\" next to it, an array of objects, or \"sample\", "
        "the "
        "number of stored originals to try.",
        "records");
  }
  if (has_records && records->type != MemberSpan::Type::array) {
    return invalid("\"records\" must be an array of objects.", "records");
  }
  return std::nullopt;
}

Result<TransformRequest> decode_bare(std::string_view body, const DecodeLimits& limits) {
  auto records = decode_records(body, limits);
  if (!records) return std::move(records).error();
  return TransformRequest{.definition = {}, .records = *std::move(records)};
}

Error within(std::string_view name, Error error) {
  error.pointer = pointer_to({}, name) + error.pointer;
  return error;
}

/// `sample` and `against`.
Result<void> decode_choices(TransformRequest& request, std::string_view text,
                            const Members& members) {
  const auto value_of = [&](std::string_view name) -> Result<Value> {
    return decode_value(cut(text, find_member(members, name)->value), DecodeLimits{});
  };
  if (find_member(members, "sample") != members.end()) {
    DROPZONE_TRY(const Value sample, value_of("sample"));
    const std::int64_t* size = sample.as_integer();
    if (!size || *size < 1 || *size > std::int64_t{kMaxTransformSample}) {
      return invalid("\"sample\" must be a whole number from 1 to " +
                         std::to_string(kMaxTransformSample) + ".",
                     "sample");
    }
    request.sample = static_cast<std::size_t>(*size);
  }
  if (find_member(members, "against") != members.end()) {
    DROPZONE_TRY(const Value against, value_of("against"));
    if (against != Value("deployed")) {
      return invalid("\"against\" can only be \"deployed\".", "against");
    }
    request.against_deployed = true;
  }
  return {};
}

}  // namespace

Result<TransformRequest> decode_transform(std::string_view body, const DecodeLimits& limits) {
  const std::string_view text = without_byte_order_mark(body);
  const auto members = members_named(text, kTransformMembers);
  if (!members || find_member(*members, "definition") == members->end()) {
    return decode_bare(body, limits);
  }
  if (auto fault = find_fault(*members)) return *std::move(fault);
  const std::string_view defined = cut(text, find_member(*members, "definition")->value);
  if (defined.size() > kMaxInlineDefinitionBytes) return definition_too_large();
  auto definition = decode_definition(defined);
  if (!definition) return within("definition", std::move(definition).error());
  TransformRequest request{.definition = *std::move(definition), .records = {}};
  if (auto done = decode_choices(request, text, *members); !done) return std::move(done).error();
  if (request.sample) return request;
  auto records = decode_records(cut(text, find_member(*members, "records")->value), limits);
  if (!records) return within("records", std::move(records).error());
  request.records = *std::move(records);
  return request;
}

}  // namespace dropzone::json
