#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/auth/grants.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone::auth {

/// What the words of a claim stand for, by the word.
using RoleNames = std::map<std::string, Grants, std::less<>>;

/// Reads `WORD=ROLE` of each text; a word that is there several times has all its roles. An error's
/// detail names the text that is none.
Result<RoleNames> parse_role_names(const std::vector<std::string>& texts);

/// Tells from the claims of a token what its owner may do.
class ClaimedRoles {
 public:
  /// `claim` is a claim's name, or where no claim has it, a path of names between dots. Where no
  /// names of roles are given, the words of the claim are roles as Grants::parse() has them.
  ClaimedRoles(std::string claim, RoleNames names)
      : claim_(std::move(claim)), names_(std::move(names)) {}

  /// What all words of the claim together allow. The claim is an array of words, or a text of words
  /// between blanks. Those that stand for nothing are somebody else's, and passed over.
  [[nodiscard]] Grants grants_of(const Object& claims) const;

 private:
  [[nodiscard]] Grants grants_of_word(std::string_view word) const;

  std::string claim_;
  RoleNames names_;
};

}  // namespace dropzone::auth
