#include <dropzone/value/difference.h>

#include <utility>

#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

class DifferenceFinder {
 public:
  explicit DifferenceFinder(std::size_t most) : most_(most) {}

  /// Recurses as deep as both values are nested.
  void compare(const Value& before, const Value& after, const std::string& pointer) {
    if (found_.size() == most_) return;
    const Object* const old_object = before.as_object();
    const Object* const new_object = after.as_object();
    if (old_object && new_object) {
      compare_members(*old_object, *new_object, pointer);
    } else if (before != after) {
      note({pointer, before, after});
    }
  }

  std::vector<Difference> take() { return std::move(found_); }

 private:
  void compare_members(const Object& before, const Object& after, const std::string& pointer) {
    for (const Member& member : before.members()) {
      const std::string place = pointer_to(pointer, member.name);
      if (const Value* value = after.find(member.name)) {
        compare(member.value, *value, place);
      } else {
        note({place, member.value, std::nullopt});
      }
    }
    for (const Member& member : after.members()) {
      if (before.find(member.name)) continue;
      note({pointer_to(pointer, member.name), std::nullopt, member.value});
    }
  }

  void note(Difference difference) {
    if (found_.size() < most_) found_.push_back(std::move(difference));
  }

  const std::size_t most_;
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> find_differences(const Value& before, const Value& after,
                                         std::size_t most) {
  DifferenceFinder finder(most);
  finder.compare(before, after, {});
  return finder.take();
}

void append_differences(std::string& out, const std::vector<Difference>& differences) {
  out += '[';
  for (const Difference& difference : differences) {
    if (out.back() != '[') out += ',';
    out += "{\"pointer\":";
    append_json_string(out, difference.pointer);
    if (difference.before) {
      out += ",\"before\":";
      append_json(out, *difference.before);
    }
    if (difference.after) {
      out += ",\"after\":";
      append_json(out, *difference.after);
    }
    out += '}';
  }
  out += ']';
}

std::string audited_differences(const Value& before, const Value& after) {
  constexpr std::size_t kMaxAudited = 50;
  std::string text;
  append_differences(text, find_differences(before, after, kMaxAudited));
  return text;
}

}  // namespace dropzone
