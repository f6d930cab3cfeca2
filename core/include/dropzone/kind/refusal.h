#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include <dropzone/error.h>
#include <dropzone/text/with_article.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// The refusals that many steps share, in one wording.

/// `missing_field`, with the field's pointer.
[[nodiscard]] Error missing_field(const FieldPath& field);

/// `type_mismatch`: what is at the pointer is not of the expected type, the name of one or of a
/// class of values.
[[nodiscard]] Error type_mismatch(std::string pointer, std::string_view expected,
                                  const Value& found);

/// Says of a refusal which values it is about: those at its pointers in the object, cut at 200
/// bytes. `object` is as the step that refused left it: what a step refuses it has not changed.
void show_values(Error& error, const Object& object);

/// Lets no more be shown of values than so many bytes together, the first ones: those of the
/// original, so that no refusal is larger than it by what it repeats.
void bound_values(Error& error, std::size_t max_bytes);

/// The faults that one step found in a record: as many of them as are worth showing, the first one
/// being what the error itself is about.
class FaultList {
 public:
  /// There are so many, whether all are added or not.
  explicit FaultList(std::size_t count) { refusal_.fault_count = count; }
  void add(std::string pointer, std::string detail);
  /// Makes them part of the error if there are several.
  void add_to(Error& error) &&;

 private:
  Refusal refusal_;
  std::size_t bytes_ = 0;
};

/// Says of a refusal by a step inside another one where the inner one is, by the pointer from the
/// list of the outer one.
void within_step(Error& error, std::string_view pointer);

/// Changes where an error says that its faults are: its own pointer and those of its list.
void change_pointers(Error& error, const std::function<void(std::string& pointer)>& change);

/// The members that show a refusal besides the error's own, as far as they are known: `stepIndex`,
/// `stepPath`, `value`, `valueClass`, `errors`, `errorCount`.
[[nodiscard]] Object refusal_members(const Error& error);

}  // namespace dropzone
