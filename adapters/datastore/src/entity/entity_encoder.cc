#include "entity/entity_encoder.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <dropzone/text/hex.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/record_id.h>

#include "entity/data_digest.h"
#include "entity/exact_integers.h"
#include "entity/index_budget.h"
#include "entity/member_order.h"
#include "entity/property_names.h"
#include "entity/value_json.h"

namespace dropzone::datastore {
namespace {

// Datastore takes 20 levels of arrays and entities within a property. The last one is for the text
// of what is deeper.
constexpr std::size_t kMaxStructuredDepth = 19;

// Google's rules for the size of an entity.
constexpr std::size_t kEntityOverhead = 32;
constexpr std::size_t kKeyOverhead = 16;
std::size_t stored_size(std::string_view text) { return text.size() + 1; }

Timestamp expiry(Timestamp created_at, std::chrono::microseconds kept_for) {
  return {std::min(created_at.micros + kept_for.count(), kLatestTimestamp.micros)};
}

/// The place of a value: its property path if queries reach it, else nothing.
using PropertyPath = std::optional<std::string>;

PropertyPath below(const PropertyPath& place, std::string_view name) {
  if (!place) return std::nullopt;
  return place->empty() ? std::string(name) : *place + '.' + std::string(name);
}

class Encoder {
 public:
  Encoder(const Partition& partition, const Write& write)
      : partition_(partition), write_(write), budget_(plan_index(write.data)) {}

  Result<std::string> encode() && {
    out_.reserve(write_.original.size() + 3 * write_.data_json.size() + 1024);
    out_ += "{\"key\":";
    append_key(out_, partition_, write_.kind, write_.id);
    out_ += ",\"properties\":{";
    bytes_ = kEntityOverhead + kKeyOverhead + stored_size(write_.kind) + stored_size(write_.id) +
             stored_size(partition_.name_space);
    for (const Member& member : write_.data.members()) {
      append_member(member, std::string(), 0);
      out_ += ',';
    }
    append_original();
    out_ += ',';
    append_meta();
    out_ += "}}";
    if (fault_) return *std::move(fault_);
    if (bytes_ > kMaxEntityBytes) {
      return Error{ErrorCode::record_too_large,
                   "The record takes about " + std::to_string(bytes_) +
                       " bytes with its original and its transformed fields; Datastore keeps at "
                       "most " +
                       std::to_string(kMaxEntityBytes) + '.'};
    }
    return std::move(out_);
  }

 private:
  using Marks = std::vector<std::string>;

  static void mark(Marks& marks, const PropertyPath& place) {
    if (!place) return;
    const std::string_view text = field_mark(*place);
    if (std::find(marks.begin(), marks.end(), text) == marks.end()) marks.emplace_back(text);
  }

  void append_name(std::string_view name) {
    if (name.size() > kMaxNameBytes && !fault_) {
      fault_ = Error{ErrorCode::record_too_large,
                     "A member's name is longer than the 1,500 bytes that Datastore keeps."};
    }
    append_json_string(out_, name);
    out_ += ':';
    bytes_ += stored_size(name);
  }

  void append_member(const Member& member, const PropertyPath& place, std::size_t depth) {
    const std::string name = property_name(member.name, depth == 0);
    append_name(name);
    append_value(member.value, below(place, name), !is_left_out(member.value), depth, false);
  }

  [[nodiscard]] bool is_left_out(const Value& value) const {
    return budget_.nothing_indexed || budget_.left_out.contains(&value);
  }

  // `depth` is how many arrays and entities are around the value.
  void append_value(const Value& value, const PropertyPath& place, bool indexed, std::size_t depth,
                    bool in_array) {
    if (value.is_scalar()) return append_scalar_value(value, place, indexed);
    const Array* const array = value.as_array();
    const std::size_t own_depth = array && in_array ? depth + 2 : depth + 1;
    if (own_depth > kMaxStructuredDepth) return append_as_text(value, place);
    if (!array) return append_object(*value.as_object(), place, own_depth);
    if (!in_array) return append_array(*array, place, indexed, own_depth);
    out_ += "{\"entityValue\":{\"properties\":{";
    append_name(kArrayWrapper);
    append_array(*array, std::nullopt, false, own_depth);
    out_ += "}}";
    out_ += kNotIndexed;
    out_ += '}';
  }

  void append_scalar_value(const Value& value, const PropertyPath& place, bool indexed) {
    const std::string* const string = value.as_string();
    if (string && string->size() > kMaxIndexedStringBytes) indexed = false;
    if (place && place->size() > kMaxIndexedStringBytes) indexed = false;
    if (!indexed) mark(unindexed_, place);
    if (value.as_integer()) mark(integers_, place);
    if (value.as_unsigned()) {
      mark(large_integers_, place);
      has_large_integers_ = true;
    }
    if (value.as_timestamp()) mark(timestamps_, place);
    out_ += '{';
    append_scalar(out_, value);
    if (!indexed || !place) out_ += kNotIndexed;
    out_ += '}';
    const bool is_small = value.value_class() == ValueClass::null || value.as_boolean();
    bytes_ += string ? stored_size(*string) : is_small ? 1 : 8;
  }

  void append_array(const Array& array, const PropertyPath& place, bool indexed,
                    std::size_t depth) {
    out_ += "{\"arrayValue\":{\"values\":[";
    bool first = true;
    for (const Value& element : array) {
      if (!first) out_ += ',';
      first = false;
      if (element.is_scalar()) mark(arrays_, place);
      append_value(element, element.is_scalar() ? place : std::nullopt, indexed, depth, true);
    }
    out_ += "]}}";
  }

  void append_object(const Object& object, const PropertyPath& place, std::size_t depth) {
    out_ += "{\"entityValue\":{\"properties\":{";
    bool first = true;
    for (const Member& member : object.members()) {
      if (!first) out_ += ',';
      first = false;
      append_member(member, place, depth);
    }
    out_ += "}}";
    if (!place) out_ += kNotIndexed;
    out_ += '}';
    bytes_ += kEntityOverhead;
  }

  // The text is a value as Datastore writes it, so that it keeps every type; it has no limit of
  // depth then.
  void append_as_text(const Value& value, const PropertyPath& place) {
    mark_below(value, place);
    has_large_integers_ = true;  // Perhaps.
    std::string text;
    append_typed_text(text, value);
    out_ += "{\"entityValue\":{\"properties\":{";
    append_name(kTextWrapper);
    out_ += '{';
    append_string(out_, text);
    out_ += kNotIndexed;
    out_ += "}}}";
    out_ += kNotIndexed;
    out_ += '}';
    bytes_ += stored_size(text) + kEntityOverhead;
  }

  void mark_below(const Value& value, const PropertyPath& place) {
    if (!place) return;
    if (const Object* const object = value.as_object()) {
      for (const Member& member : object->members()) {
        mark_below(member.value, below(place, property_name(member.name, false)));
      }
    } else {
      mark(unindexed_, place);
    }
  }

  static void append_typed_text(std::string& out, const Value& value) {
    out += '{';
    if (const Array* const array = value.as_array()) {
      out += "\"arrayValue\":{\"values\":[";
      for (std::size_t i = 0; i < array->size(); ++i) {
        if (i > 0) out += ',';
        append_typed_text(out, (*array)[i]);
      }
      out += "]}";
    } else if (const Object* const object = value.as_object()) {
      out += "\"entityValue\":{\"properties\":{";
      bool first = true;
      for (const Member& member : object->members()) {
        if (!first) out += ',';
        first = false;
        append_json_string(out, property_name(member.name, false));
        out += ':';
        append_typed_text(out, member.value);
      }
      out += "}}";
    } else {
      append_scalar(out, value);
    }
    out += '}';
  }

  void append_original() {
    append_name(kOriginalProperty);
    out_ += '{';
    if (is_utf8(write_.original)) {
      append_string(out_, write_.original);
    } else {
      append_blob(out_, write_.original);
    }
    out_ += kNotIndexed;
    out_ += '}';
    bytes_ += stored_size(write_.original);
  }

  void append_meta() {
    const RecordMeta& meta = write_.meta;
    append_name(kMetaProperty);
    out_ += "{\"entityValue\":{\"properties\":{";
    append_meta_value(kCreatedAt, Value(meta.created_at));
    out_ += ',';
    append_meta_value(kUpdatedAt, Value(meta.updated_at));
    out_ += ',';
    append_meta_value(kVersion, Value(meta.version));
    out_ += ',';
    append_meta_value(kPipeline, Value(meta.pipeline));
    if (meta.sha256) {
      out_ += ',';
      append_meta_value(kSha256, Value(hex_of(*meta.sha256)));
    }
    if (meta.received) {
      out_ += ',';
      append_meta_value(kReceivedAt, Value(meta.received->at));
      out_ += ',';
      append_meta_value(kReceivedBy, Value(meta.received->by));
    }
    if (write_.kept_for) {
      out_ += ',';
      append_meta_value(kExpiresAt, Value(expiry(meta.created_at, *write_.kept_for)));
    }
    out_ += ',';
    append_meta_value(kDigest, Value(data_digest(to_json(write_.data), write_.original)));
    if (std::string order = member_order(write_.data); !order.empty()) {
      out_ += ',';
      append_meta_value(kOrder, Value(std::move(order)));
    }
    if (has_large_integers_) append_exact_integers();
    if (budget_.nothing_indexed) unindexed_ = {std::string(kEveryField)};
    if (budget_.nothing_indexed) integers_ = large_integers_ = timestamps_ = arrays_ = {};
    append_marks(kIntegers, integers_);
    append_marks(kLargeIntegers, large_integers_);
    append_marks(kTimestamps, timestamps_);
    append_marks(kArrays, arrays_);
    append_marks(kUnindexed, unindexed_);
    out_ += "}}}";
    bytes_ += kEntityOverhead;
  }

  void append_exact_integers() {
    std::string integers = exact_integers(write_.data);
    if (integers.empty()) return;
    out_ += ',';
    append_meta_value(kExactIntegers, Value(std::move(integers)));
  }

  void append_meta_value(std::string_view name, const Value& value) {
    append_name(name);
    append_scalar_value(value, std::nullopt, false);
  }

  void append_marks(std::string_view name, const Marks& marks) {
    if (marks.empty()) return;
    out_ += ',';
    append_name(name);
    out_ += "{\"arrayValue\":{\"values\":[";
    for (std::size_t i = 0; i < marks.size(); ++i) {
      out_ += i > 0 ? ",{" : "{";
      append_string(out_, marks[i]);
      out_ += '}';
      bytes_ += stored_size(marks[i]);
    }
    out_ += "]}}";
  }

  const Partition& partition_;
  const Write& write_;
  const IndexBudget budget_;
  std::string out_;
  std::size_t bytes_ = 0;
  std::optional<Error> fault_;
  bool has_large_integers_ = false;
  Marks integers_;
  Marks large_integers_;
  Marks timestamps_;
  Marks arrays_;
  Marks unindexed_;
};

}  // namespace

Result<std::string> encode_entity(const Partition& partition, const Write& write) {
  return Encoder(partition, write).encode();
}

}  // namespace dropzone::datastore
