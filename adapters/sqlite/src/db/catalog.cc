#include "db/catalog.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace dropzone::sqlite {

const FieldIndex* KindTables::index_of(const FieldPath& field) const noexcept {
  const auto index = std::ranges::find_if(indexes, [&](const FieldIndex& candidate) {
    return candidate.complete && candidate.field == field;
  });
  return index == indexes.end() ? nullptr : &*index;
}

// Each pointer after its length, since any character may be in a member's name.
std::string join_pointers(const std::vector<std::string>& pointers) {
  std::string joined;
  for (const std::string& pointer : pointers) {
    joined += std::to_string(pointer.size()) + ':' + pointer;
  }
  return joined;
}

std::vector<std::string> split_pointers(std::string_view joined) {
  std::vector<std::string> pointers;
  while (!joined.empty()) {
    std::size_t length = 0;
    const auto [colon, fault] =
        std::from_chars(joined.data(), joined.data() + joined.size(), length);
    const auto digits = static_cast<std::size_t>(colon - joined.data());
    if (fault != std::errc() || digits == joined.size() || length > joined.size() - digits - 1)
      break;
    pointers.emplace_back(joined.substr(digits + 1, length));
    joined.remove_prefix(digits + 1 + length);
  }
  return pointers;
}

std::shared_ptr<const KindTables> Catalog::find_kind(std::string_view name) const {
  const ReadLock lock(mutex_);
  const auto found = kinds_.find(name);
  return found == kinds_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const KindTables>> Catalog::kinds() const {
  const ReadLock lock(mutex_);
  std::vector<std::shared_ptr<const KindTables>> kinds;
  for (const auto& [name, tables] : kinds_) kinds.push_back(tables);
  return kinds;
}

std::optional<std::int64_t> Catalog::find_text(std::string_view text) const {
  const ReadLock lock(mutex_);
  const auto found = numbers_.find(text);
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

bool Catalog::is_full() const {
  const ReadLock lock(mutex_);
  return texts_.size() >= kMaxSharedTexts;
}

const SharedText* Catalog::text(std::int64_t number) const {
  const ReadLock lock(mutex_);
  const auto found = texts_.find(number);
  return found == texts_.end() ? nullptr : found->second.get();
}

void Catalog::add_kind(KindTables kind) {
  const WriteLock lock(mutex_);
  std::string name = kind.name;
  kinds_.try_emplace(std::move(name), std::make_shared<const KindTables>(std::move(kind)));
}

void Catalog::set_kind(KindTables kind) {
  const WriteLock lock(mutex_);
  std::string name = kind.name;
  kinds_.insert_or_assign(std::move(name), std::make_shared<const KindTables>(std::move(kind)));
}

void Catalog::add_text(std::int64_t number, std::string_view text) {
  const WriteLock lock(mutex_);
  texts_.try_emplace(number, std::make_unique<const SharedText>(
                                 SharedText{std::string(text), split_pointers(text)}));
  numbers_.try_emplace(std::string(text), number);
}

}  // namespace dropzone::sqlite
