#include "entity/member_order.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include <dropzone/value/json_text.h>

#include "rpc/json_document.h"

namespace dropzone::datastore {
namespace {

bool is_by_name(const Object& object) {
  const auto& members = object.members();
  return std::is_sorted(members.begin(), members.end(),
                        [](const Member& a, const Member& b) { return a.name < b.name; });
}

class Writer {
 public:
  void visit(const Object& object) {
    if (object.size() > 1) note(object);
    for (const Member& member : object.members()) visit(member.value);
  }

  std::string text() && { return anything_ ? entries_ + ']' : std::string(); }

 private:
  void visit(const Value& value) {
    if (const Object* const object = value.as_object()) visit(*object);
    if (const Array* const array = value.as_array()) {
      for (const Value& element : *array) visit(element);
    }
  }

  void note(const Object& object) {
    entries_ += entries_.empty() ? '[' : ',';
    if (is_by_name(object)) {
      entries_ += '0';
      return;
    }
    anything_ = true;
    std::string list;
    for (const Member& member : object.members()) {
      list += list.empty() ? '[' : ',';
      append_json_string(list, member.name);
    }
    list += ']';
    const auto [known, is_new] = lists_.try_emplace(std::move(list), lists_.size() + 1);
    entries_ += is_new ? known->first : std::to_string(known->second);
  }

  std::string entries_;
  std::map<std::string, std::size_t> lists_;
  bool anything_ = false;
};

using Ranks = std::unordered_map<std::string_view, std::size_t>;

class Reader {
 public:
  explicit Reader(const JsonNode* entries) : entries_(entries) {}

  void visit(Object& object) {
    if (object.size() > 1) sort(object, next_ranks());
    for (Member& member : object.members()) visit(member.value);
  }

 private:
  void visit(Value& value) {
    if (Object* const object = value.as_object()) visit(*object);
    if (Array* const array = value.as_array()) {
      for (Value& element : *array) visit(element);
    }
  }

  const Ranks* next_ranks() {
    if (!entries_ || next_ >= entries_->Size()) return nullptr;
    const JsonNode& entry = (*entries_)[static_cast<rapidjson::SizeType>(next_++)];
    if (entry.IsArray()) {
      Ranks ranks;
      for (const JsonNode& name : entry.GetArray()) ranks.emplace(text_of(name), ranks.size());
      lists_.push_back(std::move(ranks));
      return &lists_.back();
    }
    const auto index = integer_of(entry);
    if (!index || *index < 1 || static_cast<std::size_t>(*index) > lists_.size()) return nullptr;
    return &lists_[static_cast<std::size_t>(*index) - 1];
  }

  static void sort(Object& object, const Ranks* ranks) {
    const auto rank = [&](const Member& member) {
      if (!ranks) return std::size_t{0};
      const auto found = ranks->find(member.name);
      return found == ranks->end() ? ranks->size() : found->second;
    };
    std::sort(object.members().begin(), object.members().end(),
              [&](const Member& a, const Member& b) {
                const std::size_t left = rank(a);
                const std::size_t right = rank(b);
                return left != right ? left < right : a.name < b.name;
              });
  }

  const JsonNode* entries_;
  std::size_t next_ = 0;
  std::vector<Ranks> lists_;
};

}  // namespace

std::string member_order(const Object& object) {
  Writer writer;
  writer.visit(object);
  return std::move(writer).text();
}

void restore_member_order(Object& object, std::string_view order) {
  const auto document = JsonDocument::parse(std::string(order));
  const bool is_known = document && document->root().IsArray();
  Reader(is_known ? &document->root() : nullptr).visit(object);
}

}  // namespace dropzone::datastore
