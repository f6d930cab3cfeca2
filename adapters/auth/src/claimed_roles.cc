#include <dropzone/auth/claimed_roles.h>

#include <algorithm>

#include <dropzone/text/in_quotes.h>
#include <dropzone/value/field_path.h>

namespace dropzone::auth {
namespace {

const Value* find_claim(const Object& claims, const std::string& name) {
  if (const Value* const named = claims.find(name)) return named;
  const auto path = FieldPath::parse(name);
  return path ? path->find_in(claims) : nullptr;
}

std::vector<std::string_view> words_of(const Value* claim) {
  std::vector<std::string_view> words;
  if (claim == nullptr) return words;
  if (const Array* const array = claim->as_array()) {
    for (const Value& element : *array) {
      if (const std::string* const word = element.as_string()) words.emplace_back(*word);
    }
  } else if (const std::string* const string = claim->as_string()) {
    std::string_view text = *string;
    while (!text.empty()) {
      const auto word = text.substr(0, text.find(' '));
      text.remove_prefix(std::min(text.size(), word.size() + 1));
      words.push_back(word);
    }
  }
  return words;
}

}  // namespace

Result<RoleNames> parse_role_names(const std::vector<std::string>& texts) {
  RoleNames names;
  for (const std::string& text : texts) {
    const auto equals = text.rfind('=');
    if (equals == text.npos || equals == 0) {
      return Error{ErrorCode::invalid_configuration,
                   in_quotes(text) + " is not WORD=ROLE, such as loggers=write:measurements."};
    }
    const auto grants = Grants::parse(std::string_view(text).substr(equals + 1));
    if (!grants) return grants.error();
    names[text.substr(0, equals)].add(*grants);
  }
  return names;
}

Grants ClaimedRoles::grants_of(const Object& claims) const {
  Grants grants;
  for (const std::string_view word : words_of(find_claim(claims, claim_))) {
    grants.add(grants_of_word(word));
  }
  return grants;
}

Grants ClaimedRoles::grants_of_word(std::string_view word) const {
  if (names_.empty()) {
    auto grants = Grants::parse(word);
    return grants ? *std::move(grants) : Grants();
  }
  const auto found = names_.find(word);
  return found != names_.end() ? found->second : Grants();
}

}  // namespace dropzone::auth
