#include <dropzone/kind/allowance.h>

#include <string>
#include <utility>

#include <dropzone/value/json_pointer.h>

namespace dropzone {

Result<void> Allowance::make(const FieldPath& field, const Extent& value) {
  const std::size_t parts = field.parts().size();
  if (is_too_deep(parts + value.depth)) {
    return too_deep("What the step makes at \"" + field.name() + '"', pointer_to(field));
  }
  return charge(parts * sizeof(Member) + field.name().size() + value.bytes, &field);
}

Result<void> Allowance::make_at(std::size_t depth, const Extent& value) {
  if (is_too_deep(depth + value.depth)) return too_deep("What the step makes", {});
  return charge(value.bytes, nullptr);
}

Error Allowance::too_deep(std::string what, std::string pointer) const {
  return {ErrorCode::too_deep,
          std::move(what) + " is nested more than " + std::to_string(limits_.max_depth) +
              " levels deep.",
          std::move(pointer)};
}

Result<void> Allowance::make(const Extent& value) { return charge(value.bytes, nullptr); }

Result<void> Allowance::charge(std::size_t bytes, const FieldPath* field) {
  made_ += bytes;
  if (made_ > limits_.max_made_bytes) {
    return Error{ErrorCode::record_too_large,
                 "The steps make more than " + std::to_string(limits_.max_made_bytes) +
                     " bytes of values of this record.",
                 field ? pointer_to(*field) : std::string()};
  }
  if (!meter_.add(bytes)) return *meter_.fault();
  return {};
}

std::optional<Error> Allowance::exhausted() const {
  if (watch_.was_over()) return deadline_exceeded();
  return meter_.fault();
}

const CallOptions& Allowance::without_bounds() noexcept {
  static const CallOptions kNone;
  return kNone;
}

}  // namespace dropzone
