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

constexpr std::string_view kTransformMembers[] = {"definition", "records"};
constexpr std::size_t kMaxDefinitionDepth = 64;

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
                   "There is no member " + in_quotes(member->name) + " beside \"definition\"." +
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
  if (records == members.end() || records->type != MemberSpan::Type::array) {
    return invalid("The definition needs \"records\" beside it, an array of objects.", "records");
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
  auto definition = decode_value(defined, kMaxDefinitionDepth);
  if (!definition) return within("definition", std::move(definition).error());
  auto records = decode_records(cut(text, find_member(*members, "records")->value), limits);
  if (!records) return within("records", std::move(records).error());
  return TransformRequest{*std::move(definition), *std::move(records)};
}

}  // namespace dropzone::json
