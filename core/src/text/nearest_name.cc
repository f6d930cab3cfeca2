#include <dropzone/text/nearest_name.h>

#include <algorithm>
#include <vector>

namespace dropzone {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool alike(char a, char b) noexcept { return lower(a) == lower(b); }

// How many letters must be inserted, deleted, replaced or swapped with their neighbour to make one
// name of the other (Damerau and Levenshtein, optimal string alignment); case is disregarded.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = alike(a[i - 1], b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && alike(a[i - 1], b[j - 2]) && alike(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

// One fault in three letters, and never more than three: beyond that a guess misleads.
std::size_t tolerated_faults(std::string_view name) noexcept {
  return std::min<std::size_t>((name.size() + 2) / 3, 3);
}

std::size_t difference(std::size_t a, std::size_t b) noexcept { return a < b ? b - a : a - b; }

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
  std::string_view nearest;
  std::size_t least = tolerated_faults(name) + 1;
  for (const std::string_view candidate : candidates) {
    if (difference(name.size(), candidate.size()) >= least) continue;
    const std::size_t distance = edit_distance(name, candidate);
    const bool shares_letters = distance < std::max(name.size(), candidate.size());
    if (distance < least && shares_letters) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
  const std::string_view nearest = nearest_name(name, candidates);
  if (nearest.empty()) return {};
  return " Did you mean \"" + std::string(nearest) + "\"?";
}

std::string did_you_mean_one_of(std::string_view name, std::span<const std::string_view> candidates,
                                std::string_view what) {
  std::string text = did_you_mean(name, candidates);
  if (!text.empty() || candidates.empty()) return text;
  text = " Known " + std::string(what) + ":";
  for (const std::string_view candidate : candidates) {
    text += " \"" + std::string(candidate) + "\",";
  }
  text.back() = '.';
  return text;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  return did_you_mean(name, std::span(views));
}

}  // namespace dropzone
