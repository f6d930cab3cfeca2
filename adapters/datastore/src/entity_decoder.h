#pragma once

#include <optional>
#include <string>

#include <dropzone/record.h>
#include <dropzone/record_repository.h>
#include <dropzone/value.h>

#include "json_document.h"

namespace dropzone::datastore {

/// What an entity says. Parts that were not asked for are empty.
struct Entity {
  std::string id;
  Object data;
  std::string original;
  RecordMeta meta;
};

/// Reads an entity result, of ours or of another client's: what another wrote has its fields as
/// data, their text as original, and Datastore's own times and version. Values that JSON and the
/// core have not (blobs, keys, places, NaN) show as objects, so no filter takes them for something
/// else. Nothing for an entity that is no record: one with a parent.
[[nodiscard]] std::optional<Entity> decode_entity(const JsonNode& entity_result, Projection parts);

/// Adds a property to an object as its member.
void append_property(Object& object, const JsonNode::Member& property);

/// The value of a property, as read from Datastore's JSON form.
[[nodiscard]] Value decode_value(const JsonNode& value);

}  // namespace dropzone::datastore
