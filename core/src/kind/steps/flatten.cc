#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/reshape_step.h"

namespace dropzone {
namespace {

/// Moves what is in an object, and in the objects inside it, into one object.
class Flattening {
 public:
  Flattening(const std::string& separator, Allowance& allowance)
      : separator_(separator), allowance_(allowance) {}

  Result<Object> flatten(Object& object) {
    if (auto added = add(object, {}); !added) return std::move(added).error();
    return std::move(flat_);
  }

 private:
  // Recurses as deep as the object is.
  Result<void> add(Object& object, const std::string& outer) {
    for (Member& member : object.members()) {
      const std::size_t before = is_inside_ ? outer.size() + separator_.size() : 0;
      const std::size_t length = before + member.name.size();
      if (auto made = allowance_.make({.depth = 0, .bytes = sizeof(Member) + 2 * length}); !made) {
        return made;
      }
      if (allowance_.is_over(1)) return *allowance_.exhausted();
      std::string name = is_inside_ ? outer + separator_ + member.name : member.name;
      Object* const inner = member.value.as_object();
      if (inner && !inner->empty()) {
        const bool was_inside = std::exchange(is_inside_, true);
        if (auto added = add(*inner, name); !added) return added;
        is_inside_ = was_inside;
      } else if (names_.insert(name).second) {
        flat_.append(std::move(name), std::move(member.value));
      } else {
        return Error{ErrorCode::step_failed,
                     "Two values would have the name " + in_quotes(name) + '.',
                     pointer_to({}, name)};
      }
    }
    return {};
  }

  const std::string& separator_;
  Allowance& allowance_;
  Object flat_;
  std::unordered_set<std::string> names_;
  bool is_inside_ = false;
};

class Flatten final : public ReshapeStep {
 public:
  using ReshapeStep::ReshapeStep;

  std::string_view name() const noexcept override { return "flatten"; }

 private:
  Result<Object> reshape(Object& object, const std::string& separator,
                         Allowance& allowance) const override {
    return Flattening(separator, allowance).flatten(object);
  }
};

}  // namespace

Result<std::unique_ptr<Step>> make_flatten(const Value& definition) {
  return make_reshape_step<Flatten>(definition);
}

}  // namespace dropzone
