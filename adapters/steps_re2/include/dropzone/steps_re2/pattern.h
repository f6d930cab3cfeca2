#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <dropzone/kind/allowance.h>
#include <dropzone/result.h>

namespace re2 {
class RE2;
}

namespace dropzone {

/// A regular expression in RE2's syntax. Immutable and thread-safe.
class Pattern {
 public:
  /// `invalid_configuration`, without a pointer, says in words what is wrong at which byte.
  static Result<Pattern> compile(const std::string& text);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  /// Finds the first match at or after a byte, and fills `groups` with the match itself and the
  /// groups after it, as many as there is room for; a group that took no part has no data().
  /// `step_failed` for a text that is too long for the pattern, `deadline_exceeded`.
  Result<bool> search(std::string_view text, std::size_t from, std::span<std::string_view> groups,
                      Allowance& allowance) const;

  /// At most kMaxGroups.
  [[nodiscard]] std::size_t group_count() const noexcept;
  /// The numbers of the groups that have a name.
  [[nodiscard]] const std::map<std::string, int>& named_groups() const noexcept;

  static constexpr std::size_t kMaxGroups = 100;

 private:
  explicit Pattern(std::unique_ptr<const re2::RE2> expression);

  std::unique_ptr<const re2::RE2> expression_;
  std::size_t longest_text_ = 0;
};

/// Where the character after this one begins in well-formed UTF-8.
[[nodiscard]] std::size_t next_character(std::string_view text, std::size_t at) noexcept;

}  // namespace dropzone
