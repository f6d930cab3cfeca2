#include <dropzone/json/decode_ids.h>

#include "request_members.h"

namespace dropzone::json {
namespace {

constexpr std::size_t kMaxIdsDepth = 8;

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
  constexpr std::string_view kNames[] = {"_id", "kind"};
  const auto object = decode_request(body, kMaxIdsDepth, memory);
  if (!object) return object.error();
  RequestMembers members(*object);
  members.allow(kNames);
  DeleteRequest request;
  request.ids = take_ids(members, max_ids);
  request.kind = members.string("kind");
  if (members.fault()) return *members.fault();
  return request;
}

}  // namespace dropzone::json
