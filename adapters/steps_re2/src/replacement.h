#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/kind/allowance.h>
#include <dropzone/result.h>
#include <dropzone/steps_re2/pattern.h>
#include <dropzone/value/field_path.h>

namespace dropzone {

/// What takes the place of a match: text with references to groups. `$1` and `${name}` are what a
/// group matched, `$0` is the match, `$$` is a dollar sign. Immutable.
class Replacement {
 public:
  /// `invalid_configuration`, without a pointer, for a reference to no group of the pattern.
  static Result<Replacement> parse(std::string_view text, const Pattern& pattern);
  /// Without references.
  static Replacement literal(std::string text);

  /// How many groups of a match append() needs, the match itself included.
  [[nodiscard]] std::size_t groups() const noexcept { return groups_; }
  void append(std::string& out, const std::vector<std::string_view>& groups) const;

 private:
  /// Text, or a group.
  struct Part {
    std::string text;
    int group = -1;
  };

  std::vector<Part> parts_;
  std::size_t groups_ = 1;
};

/// The text with all matches replaced, from left to right, or nothing if there is no match. Asks
/// the allowance if the new text may be at the field. Errors have no pointer, but for the
/// allowance's.
Result<std::optional<std::string>> replace_all(std::string_view text, const Pattern& pattern,
                                               const Replacement& replacement,
                                               const FieldPath& field, Allowance& allowance);

/// The same for a text that is looked for as it is. Precondition: it is not empty.
Result<std::optional<std::string>> replace_all(std::string_view text, std::string_view find,
                                               std::string_view replacement, const FieldPath& field,
                                               Allowance& allowance);

}  // namespace dropzone
