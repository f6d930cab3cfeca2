#include <dropzone/auth/failure_table.h>

#include <algorithm>
#include <tuple>

namespace dropzone::auth {

FailureTable::Entry* FailureTable::find(const std::string& name, Time now) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return nullptr;
  Entry& entry = found->second;
  if (is_quiet(entry, now)) {
    entry = {};
    entry.last = now;
  }
  return &entry;
}

FailureTable::Entry& FailureTable::make(const std::string& name, Time now) {
  if (Entry* const entry = find(name, now)) return *entry;
  if (entries_.size() >= most_) make_room(now);
  Entry& entry = entries_[name];
  entry.last = now;
  return entry;
}

void FailureTable::make_room(Time now) {
  // Looks at all, which costs little compared with the slow hash of each new entry.
  std::erase_if(entries_, [&](const auto& named) { return is_quiet(named.second, now); });
  if (entries_.size() < most_) return;
  const auto rank = [](const auto& named) {
    return std::tuple(named.second.count, named.second.last);
  };
  entries_.erase(std::ranges::min_element(entries_, {}, rank));
}

bool FailureTable::is_quiet(const Entry& entry, Time now) const {
  return std::max(entry.last, entry.until) + quiet_ < now;
}

}  // namespace dropzone::auth
