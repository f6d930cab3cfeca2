#include <dropzone/value/field_path.h>

#include <dropzone/value/limits.h>

namespace dropzone {
namespace {

Error invalid_path(std::string detail) { return {ErrorCode::invalid_request, std::move(detail)}; }

}  // namespace

Result<FieldPath> FieldPath::parse(std::string_view dotted) {
  if (dotted.size() > kMaxPathBytes) {
    return invalid_path("A field name has more than " + std::to_string(kMaxPathBytes) + " bytes.");
  }
  FieldPath path;
  path.dotted_ = dotted;
  while (true) {
    const std::size_t dot = dotted.find('.');
    path.parts_.emplace_back(dotted.substr(0, dot));
    if (path.parts_.back().empty()) {
      return invalid_path("A field name is empty, or has an empty part between its dots.");
    }
    if (dot == std::string_view::npos) return path;
    if (path.parts_.size() == kMaxPathParts) {
      return invalid_path("A field name has more than " + std::to_string(kMaxPathParts) +
                          " parts.");
    }
    dotted.remove_prefix(dot + 1);
  }
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

}  // namespace dropzone
