#include "replacement.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <dropzone/call/call_options.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>

namespace dropzone {
namespace {

Error unknown_group(std::string_view name, const Pattern& pattern) {
  std::vector<std::string_view> names;
  for (const auto& [known, number] : pattern.named_groups()) names.push_back(known);
  return {ErrorCode::invalid_configuration, "The pattern has no group " + in_quotes(name) + "." +
                                                did_you_mean(name, names) +
                                                " A dollar sign itself is written $$."};
}

std::optional<int> find_group(std::string_view name, const Pattern& pattern) {
  const auto named = pattern.named_groups().find(std::string(name));
  if (named != pattern.named_groups().end()) return named->second;
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (fault != std::errc() || end != name.data() + name.size()) return std::nullopt;
  if (number > pattern.group_count()) return std::nullopt;
  return static_cast<int>(number);
}

/// Takes what is after a dollar sign: "{name}" or digits. Empty if it is neither.
std::string_view take_reference(std::string_view& text) {
  std::size_t begin = 0;
  std::size_t end = 0;
  if (text.starts_with('{')) {
    begin = 1;
    end = std::min(text.find('}'), text.size());
  } else {
    end = std::min(text.find_first_not_of("0123456789"), text.size());
  }
  const std::string_view name = text.substr(begin, end - begin);
  text.remove_prefix(std::min(end + begin, text.size()));
  return name;
}

/// A text as it grows, which stops when it exceeds the record's room.
class Growing {
 public:
  Growing(const FieldPath& field, Allowance& allowance) : field_(field), allowance_(allowance) {}

  std::string& text() noexcept { return text_; }
  /// Whether it may go on.
  [[nodiscard]] bool fits() const noexcept {
    return text_.size() <= allowance_.limits().max_made_bytes;
  }
  Result<std::optional<std::string>> finished() && {
    const Extent extent{.depth = 0, .bytes = sizeof(Value) + heap_bytes(text_.size())};
    if (auto made = allowance_.make(field_, extent); !made) return std::move(made).error();
    return std::optional(std::move(text_));
  }

 private:
  const FieldPath& field_;
  Allowance& allowance_;
  std::string text_;
};

}  // namespace

Result<Replacement> Replacement::parse(std::string_view text, const Pattern& pattern) {
  Replacement replacement;
  while (!text.empty()) {
    const std::size_t dollar = std::min(text.find('$'), text.size());
    if (dollar > 0) replacement.parts_.push_back({.text = std::string(text.substr(0, dollar))});
    text.remove_prefix(dollar);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.starts_with('$')) {
      replacement.parts_.push_back({.text = "$"});
      text.remove_prefix(1);
      continue;
    }
    const std::string_view name = take_reference(text);
    const auto group = find_group(name, pattern);
    if (!group) return unknown_group(name, pattern);
    replacement.parts_.push_back({.text = {}, .group = *group});
    replacement.groups_ = std::max(replacement.groups_, static_cast<std::size_t>(*group) + 1);
  }
  return replacement;
}

Replacement Replacement::literal(std::string text) {
  Replacement replacement;
  replacement.parts_.push_back({.text = std::move(text)});
  return replacement;
}

void Replacement::append(std::string& out, const std::vector<std::string_view>& groups) const {
  for (const Part& part : parts_) {
    out +=
        part.group < 0 ? std::string_view(part.text) : groups[static_cast<std::size_t>(part.group)];
  }
}

// A match of nothing right after another match is passed over, as in other libraries.
Result<std::optional<std::string>> replace_all(std::string_view text, const Pattern& pattern,
                                               const Replacement& replacement,
                                               const FieldPath& field, Allowance& allowance) {
  Growing made(field, allowance);
  std::vector<std::string_view> groups(replacement.groups());
  std::size_t copied = 0;  // So far the text is in what was made.
  std::size_t from = 0;
  bool is_changed = false;
  while (from <= text.size() && made.fits()) {
    const auto found = pattern.search(text, from, groups, allowance);
    if (!found) return found.error();
    if (!*found) break;
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = begin + groups[0].size();
    const bool is_again = begin == end && begin == copied && copied > 0;
    if (!is_again) {
      made.text() += text.substr(copied, begin - copied);
      replacement.append(made.text(), groups);
      copied = end;
      is_changed = true;
    }
    from = begin == end ? next_character(text, end) : end;
  }
  if (!is_changed) return std::optional<std::string>();
  made.text() += text.substr(copied);
  return std::move(made).finished();
}

Result<std::optional<std::string>> replace_all(std::string_view text, std::string_view find,
                                               std::string_view replacement, const FieldPath& field,
                                               Allowance& allowance) {
  Growing made(field, allowance);
  std::size_t copied = 0;
  while (made.fits()) {
    const std::size_t at = text.find(find, copied);
    if (allowance.is_over(std::min(at, text.size()) / 64 - copied / 64 + 1))
      return deadline_exceeded();
    if (at == text.npos) break;
    made.text() += text.substr(copied, at - copied);
    made.text() += replacement;
    copied = at + find.size();
  }
  if (copied == 0) return std::optional<std::string>();
  made.text() += text.substr(copied);
  return std::move(made).finished();
}

}  // namespace dropzone
