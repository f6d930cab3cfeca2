#include <dropzone/steps_re2/pattern.h>

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <utility>

#include <dropzone/call/call_options.h>
#include <dropzone/text/in_quotes.h>

namespace dropzone {
namespace {

constexpr std::size_t kLongestPattern = 4'096;
/// Instructions of a compiled pattern.
constexpr std::size_t kLargestProgram = 5'000;
/// Of a compiled pattern and of what RE2 remembers of its states.
constexpr std::int64_t kPatternBytes = std::int64_t{256} << 10;
/// The bytes of a text times the instructions of a program: what RE2's slowest way takes about a
/// second for.
constexpr std::size_t kMostWork = 100'000'000;
/// Bytes of text that are looked at in one of the units that Watch counts.
constexpr std::size_t kBytesPerWork = 64;

Error bad_pattern(std::string detail) {
  return {ErrorCode::invalid_configuration, std::move(detail)};
}

std::string_view words_of(re2::RE2::ErrorCode code) {
  using re2::RE2;
  switch (code) {
    case RE2::ErrorBadEscape: return "there is no such escape";
    case RE2::ErrorBadCharClass: return "there is no such class of characters";
    case RE2::ErrorBadCharRange: return "the range of characters is the wrong way round";
    case RE2::ErrorMissingBracket: return "a [ is not closed";
    case RE2::ErrorMissingParen: return "a ( is not closed";
    case RE2::ErrorUnexpectedParen: return "there is a ) without a (";
    case RE2::ErrorTrailingBackslash: return "it ends with a \\";
    case RE2::ErrorRepeatArgument: return "there is nothing to repeat";
    case RE2::ErrorRepeatSize:
      return "a repetition is above 1000, by others inside it too, or the wrong way round";
    case RE2::ErrorRepeatOp: return "two repetitions follow each other";
    case RE2::ErrorBadPerlOp:
      return "there is no such group: a name is written (?P<name>...), and look-around is not "
             "there";
    case RE2::ErrorBadUTF8: return "it is not UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "a group's name is letters, digits and _, as in (?P<name>...)";
    case RE2::ErrorPatternTooLarge: return "it is too large once its repetitions are written out";
    default: return "RE2 cannot compile it";
  }
}

Error fault_of(const re2::RE2& expression) {
  std::string detail =
      "The pattern cannot be used: " + std::string(words_of(expression.error_code()));
  const std::string& culprit = expression.error_arg();
  const std::size_t at = culprit.empty() ? std::string::npos : expression.pattern().find(culprit);
  if (at != std::string::npos) {
    detail += ": " + in_quotes(culprit) + " at byte " + std::to_string(at + 1);
  }
  return bad_pattern(detail + ".");
}

// \C is a single byte, which may be a part of a character.
bool matches_bytes(std::string_view pattern) {
  for (std::size_t at = pattern.find('\\'); at < pattern.size(); at = pattern.find('\\', at)) {
    if (pattern.substr(at, 2) == "\\C") return true;
    at = pattern.substr(at, 2) == "\\Q" ? pattern.find("\\E", at) : at;
    if (at == pattern.npos) break;
    at += 2;
  }
  return false;
}

// Of the compiler's instructions, so at least one.
std::size_t size_of(const re2::RE2& expression) {
  return static_cast<std::size_t>(
      std::max({expression.ProgramSize(), expression.ReverseProgramSize(), 1}));
}

}  // namespace

Pattern::Pattern(std::unique_ptr<const re2::RE2> expression)
    : expression_(std::move(expression)), longest_text_(kMostWork / size_of(*expression_)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(const std::string& text) {
  if (text.empty() || text.size() > kLongestPattern) {
    return bad_pattern("A pattern has 1 to " + std::to_string(kLongestPattern) + " bytes.");
  }
  if (matches_bytes(text)) return bad_pattern("\\C would cut characters; use a dot.");
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternBytes);
  auto expression = std::make_unique<const re2::RE2>(text, options);
  if (!expression->ok()) return fault_of(*expression);
  if (size_of(*expression) > kLargestProgram) {
    return bad_pattern("The pattern is too large once its repetitions are written out.");
  }
  // RE2 would know the first of them alone.
  if (expression->NamedCapturingGroups().size() != expression->CapturingGroupNames().size()) {
    return bad_pattern("Two groups of the pattern have the same name.");
  }
  if (expression->NumberOfCapturingGroups() > static_cast<int>(kMaxGroups)) {
    return bad_pattern("A pattern may have " + std::to_string(kMaxGroups) + " groups.");
  }
  return Pattern(std::move(expression));
}

Result<bool> Pattern::search(std::string_view text, std::size_t from,
                             std::span<std::string_view> groups, Allowance& allowance) const {
  if (text.size() > longest_text_) {
    return Error{ErrorCode::step_failed, "The text has " + std::to_string(text.size()) +
                                             " bytes; with this pattern it may have " +
                                             std::to_string(longest_text_) + "."};
  }
  if (allowance.is_over((text.size() - from) / kBytesPerWork + 1)) return deadline_exceeded();
  std::array<re2::StringPiece, kMaxGroups + 1> found;
  const auto count = std::min(groups.size(), found.size());
  const bool matches =
      expression_->Match(re2::StringPiece(text.data(), text.size()), from, text.size(),
                         re2::RE2::UNANCHORED, found.data(), static_cast<int>(count));
  if (!matches) return false;
  for (std::size_t i = 0; i < count; ++i) groups[i] = {found[i].data(), found[i].size()};
  return true;
}

std::size_t Pattern::group_count() const noexcept {
  return static_cast<std::size_t>(expression_->NumberOfCapturingGroups());
}

const std::map<std::string, int>& Pattern::named_groups() const noexcept {
  return expression_->NamedCapturingGroups();
}

std::size_t next_character(std::string_view text, std::size_t at) noexcept {
  do ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
  return at;
}

}  // namespace dropzone
