#include <dropzone/json/decode_ids.h>

#include <dropzone/query/filter_parser.h>

#include "request_members.h"

namespace dropzone::json {
namespace {

constexpr std::size_t kMaxIdsDepth = 8;
// The levels of a filter, with a list of operands in it.
constexpr std::size_t kMaxDeleteDepth = 2 * kMaxFilterDepth + 4;

std::vector<std::string> take_ids(RequestMembers& members, std::size_t max_ids) {
  if (!members.find("_id")) {
    members.refuse("_id", "The body needs \"_id\", an array of ids.");
  }
  std::vector<std::string> ids = members.strings("_id");
  if (ids.size() > max_ids) {
    members.refuse("_id",
                   "There are more than " + std::to_string(max_ids) +
                       " ids; ask for them in several requests.",
                   ErrorCode::too_many_ids);
  }
  return ids;
}

void refuse_beside_ids(RequestMembers& members) {
  for (const std::string_view name : {"filter", "dryRun", "all", "maxPerSecond"}) {
    if (!members.find(name)) continue;
    members.refuse(name, "The body has either \"_id\" or \"filter\", and \"" + std::string(name) +
                             "\" does not go with \"_id\".");
  }
}

Value take_filter(RequestMembers& members) {
  const Value* const filter = members.find("filter");
  const Object* const object = filter ? filter->as_object() : nullptr;
  if (!filter) members.refuse("_id", "The body needs \"_id\", an array of ids, or \"filter\".");
  if (filter && !object) members.refuse("filter", "A filter is an object, as of POST /filter.");
  const bool all = members.flag("all");
  if (!object) return {};
  if (object->empty() && !all) {
    members.refuse("filter",
                   "This filter selects every record of the kind. Add \"all\": true if all of them "
                   "are to be deleted.");
  }
  if (!object->empty() && all) {
    members.refuse("all", "\"all\" goes with the filter {} alone, which selects every record.");
  }
  return *filter;
}

}  // namespace

Result<FetchManyRequest> decode_fetch_many(std::string_view body, std::size_t max_ids,
                                           MemoryAccount* memory) {
  constexpr std::string_view kNames[] = {"_id", "kind", "original", "meta", "fields"};
  const auto object = decode_request(body, kMaxIdsDepth, memory);
  if (!object) return object.error();
  RequestMembers members(*object);
  members.allow(kNames);
  FetchManyRequest request;
  request.ids = take_ids(members, max_ids);
  request.kind = members.string("kind");
  request.original = members.original("original");
  request.meta = members.flag("meta");
  request.fields = members.fields("fields");
  if (members.fault()) return *members.fault();
  return request;
}

Result<DeleteRequest> decode_delete(std::string_view body, std::size_t max_ids,
                                    MemoryAccount* memory) {
  constexpr std::string_view kNames[] = {"_id", "kind", "filter", "dryRun", "all", "maxPerSecond"};
  const auto object = decode_request(body, kMaxDeleteDepth, memory);
  if (!object) return object.error();
  RequestMembers members(*object);
  members.allow(kNames);
  DeleteRequest request;
  request.kind = members.string("kind");
  if (members.find("_id")) {
    refuse_beside_ids(members);
    request.ids = take_ids(members, max_ids);
  } else {
    request.filter = take_filter(members);
    request.dry_run = members.flag("dryRun");
    request.max_per_second = members.rate();
  }
  if (members.fault()) return *members.fault();
  return request;
}

}  // namespace dropzone::json
