#include <dropzone/kind/known_fields.h>

#include <algorithm>
#include <utility>

#include <dropzone/value/limits.h>

namespace dropzone {
namespace {

bool begins_with(const std::vector<std::string>& parts, const std::vector<std::string>& outer) {
  return parts.size() >= outer.size() && std::equal(outer.begin(), outer.end(), parts.begin());
}

/// Whether a FieldPath can have the name; else nobody can ask for the field.
bool can_be_named(const std::vector<std::string>& parts) {
  std::size_t bytes = 0;
  for (const std::string& part : parts) bytes += part.size() + 1;
  return bytes <= kMaxPathBytes + 1 && parts.size() <= kMaxPathParts;
}

bool may_be_object(FieldType type) { return type == FieldType::any || type == FieldType::object; }

}  // namespace

KnownFields::Known KnownFields::known(FieldType type) {
  return {.type = type, .open = may_be_object(type)};
}

std::pair<KnownFields::Fields::const_iterator, KnownFields::Fields::const_iterator>
KnownFields::inside(const Parts& parts) const {
  const auto begin = fields_.upper_bound(parts);
  const auto end = std::find_if(
      begin, fields_.end(), [&](const auto& field) { return !begins_with(field.first, parts); });
  return {begin, end};
}

void KnownFields::note(const Parts& parts, Known known) {
  if (!can_be_named(parts)) return;
  const auto found = fields_.find(parts);
  if (found != fields_.end()) {
    found->second = known;
  } else if (fields_.size() < kMaxKnownFields) {
    fields_.emplace(parts, known);
  } else {
    overflowed_ = true;
  }
}

bool KnownFields::note_outer(const Parts& parts) {
  bool open = open_;
  for (std::size_t count = 1; count < parts.size(); ++count) {
    const Parts outer(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(count));
    const auto found = fields_.find(outer);
    if (found != fields_.end()) open = found->second.open;
    note(outer, {.type = FieldType::object, .open = open});
  }
  return open;
}

void KnownFields::set(const FieldPath& field, FieldType type) {
  Part part;
  part.own_ = known(type);
  set(field, part);
}

void KnownFields::set(const FieldPath& field, const Part& part) {
  remove(field);
  note_outer(field.parts());
  note(field.parts(), part.own_);
  for (const auto& [relative, known] : part.inside_) {
    Parts parts = field.parts();
    parts.insert(parts.end(), relative.begin(), relative.end());
    note(parts, known);
  }
}

// The objects on the way are there already, or are made by this step.
void KnownFields::may_set(const FieldPath& field) {
  remove(field);
  bool open = open_;
  for (std::size_t count = 1; count < field.parts().size(); ++count) {
    const Parts outer(field.parts().begin(),
                      field.parts().begin() + static_cast<std::ptrdiff_t>(count));
    const auto found = fields_.find(outer);
    if (found == fields_.end() && !open) note(outer, {.type = FieldType::object, .open = false});
    if (found != fields_.end()) open = found->second.open;
  }
  if (!open) note(field.parts(), known(FieldType::any));
}

void KnownFields::replace(const FieldPath& field, FieldType type) {
  if (!can_have(field)) return;
  remove(field);
  note(field.parts(), known(type));
}

void KnownFields::remove(const FieldPath& field) {
  const auto [begin, end] = inside(field.parts());
  fields_.erase(begin, end);
  fields_.erase(field.parts());
}

void KnownFields::keep(std::span<const FieldPath> fields) {
  KnownFields kept;
  kept.open_ = false;
  kept.overflowed_ = overflowed_;
  for (const FieldPath& field : fields) {
    if (can_have(field)) kept.set(field, part(field));
  }
  *this = std::move(kept);
}

void KnownFields::declare(const FieldPath& field, FieldType type) {
  if (type != FieldType::any && type_of(field) != type && can_have(field)) {
    note(field.parts(), known(type));
  }
}

KnownFields::Part KnownFields::part(const FieldPath& field) const {
  Part part;
  if (const auto found = fields_.find(field.parts()); found != fields_.end()) {
    part.own_ = found->second;
  }
  const auto [begin, end] = inside(field.parts());
  const auto depth = static_cast<std::ptrdiff_t>(field.parts().size());
  for (auto known = begin; known != end; ++known) {
    part.inside_.emplace_back(Parts(known->first.begin() + depth, known->first.end()),
                              known->second);
  }
  return part;
}

FieldType KnownFields::type_of(const FieldPath& field) const {
  const auto found = fields_.find(field.parts());
  return found == fields_.end() ? FieldType::any : found->second.type;
}

bool KnownFields::can_have(const FieldPath& field) const { return can_have(field.parts()); }

bool KnownFields::can_have(const Parts& parts) const {
  bool open = open_ || overflowed_;
  for (std::size_t count = 1; count <= parts.size(); ++count) {
    const auto end = parts.begin() + static_cast<std::ptrdiff_t>(count);
    const auto found = fields_.find(Parts(parts.begin(), end));
    const bool is_known = found != fields_.end();
    if (!is_known && !open) return false;
    const bool is_outer = count < parts.size();
    if (is_known && is_outer && !may_be_object(found->second.type)) return false;
    open = overflowed_ || !is_known || found->second.open;
  }
  return true;
}

// What only one of them knows holds if the other cannot have the field at all. If the other may
// have it, it is in an object of which not all members are known, and then nothing is known of it.
void KnownFields::join(const KnownFields& other) {
  KnownFields joined;
  joined.open_ = open_ || other.open_;
  joined.overflowed_ = overflowed_ || other.overflowed_;
  for (const auto& [parts, known] : fields_) {
    const auto found = other.fields_.find(parts);
    if (found == other.fields_.end()) {
      if (!other.can_have(parts)) joined.note(parts, known);
    } else if (found->second.type == known.type) {
      joined.note(parts, {.type = known.type, .open = known.open || found->second.open});
    } else {
      joined.note(parts, KnownFields::known(FieldType::any));
    }
  }
  for (const auto& [parts, known] : other.fields_) {
    if (!fields_.contains(parts) && !can_have(parts)) joined.note(parts, known);
  }
  *this = std::move(joined);
}

std::vector<std::string> KnownFields::names() const {
  std::vector<std::string> names;
  names.reserve(fields_.size());
  for (const auto& [parts, known] : fields_) names.push_back(field_name(parts));
  return names;
}

std::vector<std::string> KnownFields::names_of(FieldType type) const {
  std::vector<std::string> names;
  for (const auto& [parts, known] : fields_) {
    if (known.type == type) names.push_back(field_name(parts));
  }
  return names;
}

}  // namespace dropzone
