#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <dropzone/text/in_quotes.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/reshape_step.h"

namespace dropzone {
namespace {

/// An object under construction, in which a member is found by its name at once.
class Branch {
 public:
  Branch() = default;
  explicit Branch(Object object) {
    for (Member& member : object.members()) put(member.name, std::move(member.value));
  }

  /// The object of this name, made if it is missing. Null if something else has the name.
  Branch* inner(std::string_view name) {
    auto [child, is_new] = find_or_add(name);
    if (!is_new && !child->branch && !child->value.as_object()) return nullptr;
    if (!child->branch) {
      Object* const object = child->value.as_object();
      child->branch = std::make_unique<Branch>(object ? std::move(*object) : Object());
    }
    return child->branch.get();
  }

  /// Adds a member, or the members of an object to those of the object that has its name. False if
  /// something else has the name. Recurses as deep as the value is.
  bool put(std::string_view name, Value value) {
    auto [child, is_new] = find_or_add(name);
    if (is_new) {
      child->value = std::move(value);
      return true;
    }
    Object* const object = value.as_object();
    Branch* const branch = object ? inner(name) : nullptr;
    return branch && std::ranges::all_of(object->members(), [&](Member& member) {
             return branch->put(member.name, std::move(member.value));
           });
  }

  /// Recurses as deep as the object is.
  Object finish() {
    Object object;
    object.members().reserve(children_.size());
    for (Child& child : children_) {
      object.append(std::move(child.name),
                    child.branch ? Value(child.branch->finish()) : std::move(child.value));
    }
    return object;
  }

 private:
  struct Child {
    std::string name;
    Value value;
    std::unique_ptr<Branch> branch = nullptr;  ///< In place of the value, if there is one.
  };

  /// And whether it was added. Valid until the next one is.
  std::pair<Child*, bool> find_or_add(std::string_view name) {
    const auto [place, is_new] = places_.try_emplace(std::string(name), children_.size());
    if (is_new) children_.push_back({.name = std::string(name), .value = {}});
    return {&children_[place->second], is_new};
  }

  std::vector<Child> children_;
  std::unordered_map<std::string, std::size_t> places_;
};

/// Moves the members of an object to where their names, split at separators, lead.
class Unflattening {
 public:
  Unflattening(const std::string& separator, Allowance& allowance)
      : separator_(separator), allowance_(allowance) {}

  Result<Object> unflatten(Object& object) {
    for (Member& member : object.members()) {
      if (auto added = add(member); !added) return std::move(added).error();
    }
    return root_.finish();
  }

 private:
  Result<void> add(Member& member) {
    Branch* branch = &root_;
    std::string_view rest = member.name;
    std::size_t depth = 1;
    for (std::size_t end = rest.find(separator_); end != std::string_view::npos;
         end = rest.find(separator_), ++depth) {
      if (auto made = make(depth, end, {.depth = 1, .bytes = sizeof(Branch)}); !made) return made;
      branch = branch->inner(rest.substr(0, end));
      if (!branch) return conflict(member.name);
      rest.remove_prefix(end + separator_.size());
    }
    const Extent moved{.depth = extent_of(member.value).depth, .bytes = sizeof(Value)};
    if (auto made = make(depth, rest.size(), moved); !made) return made;
    return branch->put(rest, std::move(member.value)) ? Result<void>() : conflict(member.name);
  }

  Result<void> make(std::size_t depth, std::size_t name_bytes, Extent extent) {
    extent.bytes += sizeof(Member) + 2 * name_bytes;
    if (allowance_.is_over(1)) return *allowance_.exhausted();
    return allowance_.make_at(depth, extent);
  }

  static Error conflict(const std::string& name) {
    return {ErrorCode::step_failed,
            "The member " + in_quotes(name) + " would be where another value is.",
            pointer_to({}, name)};
  }

  const std::string& separator_;
  Allowance& allowance_;
  Branch root_;
};

class Unflatten final : public ReshapeStep {
 public:
  using ReshapeStep::ReshapeStep;

  std::string_view name() const noexcept override { return "unflatten"; }

 private:
  Result<Object> reshape(Object& object, const std::string& separator,
                         Allowance& allowance) const override {
    return Unflattening(separator, allowance).unflatten(object);
  }
};

}  // namespace

Result<std::unique_ptr<Step>> make_unflatten(const Value& definition) {
  return make_reshape_step<Unflatten>(definition);
}

}  // namespace dropzone
