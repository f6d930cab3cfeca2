#include <dropzone/json/decode_restore.h>

#include <array>
#include <optional>
#include <utility>

#include "request_members.h"

namespace dropzone::json {
namespace {

constexpr std::size_t kMaxRestoreDepth = 2;
constexpr std::array<std::string_view, 1> kRestoreNames{"version"};

}  // namespace

Result<std::string> decode_restore(std::string_view body, MemoryAccount* memory) {
  DROPZONE_TRY(const Object object, decode_request(body, kMaxRestoreDepth, memory));
  RequestMembers members(object);
  members.allow(kRestoreNames);
  auto version = members.string("version");
  if (!version) members.refuse("version", "Say which \"version\" of the history to restore.");
  if (members.fault()) return *members.fault();
  return *std::move(version);
}

}  // namespace dropzone::json
