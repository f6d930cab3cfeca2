#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/auth/grants.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone::auth {

/// The roles that each word of a claim stands for.
using RoleNames = std::map<std::string, Grants, std::less<>>;

/// Parses `WORD=ROLE` texts; a word that occurs several times has all its roles. An error's
/// detail names the text that cannot be parsed.
Result<RoleNames> parse_role_names(const std::vector<std::string>& texts);

/// Derives what a token's owner may do from its claims.
class ClaimedRoles {
 public:
  /// `claim` is a claim's name, or if no claim has it, a path of names separated by dots. Without
  /// role names, the words of the claim are roles as Grants::parse() reads them.
  ClaimedRoles(std::string claim, RoleNames names)
      : claim_(std::move(claim)), names_(std::move(names)) {}

  /// The union of what the words of the claim allow. The claim is an array of words, or a text of
  /// words between blanks. Unknown words belong to other services, and are ignored.
  [[nodiscard]] Grants grants_of(const Object& claims) const;

 private:
  [[nodiscard]] Grants grants_of_word(std::string_view word) const;

  std::string claim_;
  RoleNames names_;
};

}  // namespace dropzone::auth
