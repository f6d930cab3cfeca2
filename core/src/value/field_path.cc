#include <dropzone/value/field_path.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <dropzone/value/json_pointer.h>
#include <dropzone/value/limits.h>

namespace dropzone {
namespace {

using Parts = std::vector<std::string>;

constexpr std::string_view kId = "_id";
constexpr std::string_view kMeta = "_meta";
constexpr std::array<std::string_view, 3> kReservedNames = {kId, "_original", kMeta};

Error invalid_path(std::string detail) { return {ErrorCode::invalid_request, std::move(detail)}; }

std::optional<std::string> unescaped(std::string_view token) {
  std::string name;
  name.reserve(token.size());
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      name += token[i];
    } else if (++i < token.size() && (token[i] == '0' || token[i] == '1')) {
      name += token[i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return name;
}

Result<std::string> part_of_pointer(std::string_view token) {
  auto name = unescaped(token);
  if (name) return *std::move(name);
  return invalid_path(
      "A field name that begins with / is a JSON Pointer, in which ~ is written ~0 and / within a "
      "name ~1.");
}

Result<std::string> part_of_dotted(std::string_view part) {
  if (!part.empty()) return std::string(part);
  return invalid_path("A field name is empty, or has an empty part between its dots.");
}

Result<Parts> parts_of(std::string_view text) {
  const bool is_pointer = text.starts_with('/');
  const char separator = is_pointer ? '/' : '.';
  if (is_pointer) text.remove_prefix(1);
  Parts parts;
  while (true) {
    const std::size_t end = text.find(separator);
    const std::string_view token = text.substr(0, end);
    auto part = is_pointer ? part_of_pointer(token) : part_of_dotted(token);
    if (!part) return std::move(part).error();
    parts.push_back(*std::move(part));
    if (end == std::string_view::npos) return parts;
    if (parts.size() == kMaxPathParts) {
      return invalid_path("A field name has more than " + std::to_string(kMaxPathParts) +
                          " parts.");
    }
    text.remove_prefix(end + 1);
  }
}

FieldPath::Reserved reserved_of(const Parts& parts) {
  using Reserved = FieldPath::Reserved;
  const std::string& first = parts.front();
  if (std::ranges::find(kReservedNames, first) == kReservedNames.end()) return Reserved::none;
  if (first == kId && parts.size() == 1) return Reserved::id;
  if (first == kMeta && parts.size() == 2) {
    if (parts[1] == "createdAt") return Reserved::created_at;
    if (parts[1] == "updatedAt") return Reserved::updated_at;
  }
  return Reserved::other;
}

}  // namespace

Result<FieldPath> FieldPath::parse(std::string_view text) {
  if (text.size() > kMaxPathBytes) {
    return invalid_path("A field name has more than " + std::to_string(kMaxPathBytes) + " bytes.");
  }
  auto parts = parts_of(text);
  if (!parts) return std::move(parts).error();
  FieldPath path;
  path.name_ = text;
  path.parts_ = *std::move(parts);
  path.reserved_ = reserved_of(path.parts_);
  return path;
}

const Value* FieldPath::find_in(const Object& object) const noexcept {
  const Object* inner = &object;
  const Value* found = nullptr;
  for (const std::string& part : parts_) {
    if (!inner) return nullptr;
    found = inner->find(part);
    if (!found) return nullptr;
    inner = found->as_object();
  }
  return found;
}

std::string field_name(const Parts& parts) {
  const bool is_dotted = std::ranges::all_of(parts, [](const std::string& part) {
    return !part.empty() && part.find('.') == std::string::npos;
  });
  std::string name;
  if (is_dotted && !parts.front().starts_with('/')) {
    for (const std::string& part : parts) {
      if (!name.empty()) name += '.';
      name += part;
    }
  } else {
    for (const std::string& part : parts) append_pointer(name, part);
  }
  return name;
}

}  // namespace dropzone
