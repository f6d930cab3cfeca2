#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <dropzone/store/record.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/value.h>

#include "rpc/json_document.h"

namespace dropzone::datastore {

/// What an entity says. Parts that were not asked for are empty.
struct Entity {
  std::string id;
  Object data;
  std::string original;
  RecordMeta meta;
};

/// How much of an entity was read.
enum class Extent : std::uint8_t {
  whole,
  masked,  ///< One property alone. What another program changed does not show then.
};

/// Reads an entity result, of ours or of another client's: what another wrote has its fields as
/// data, their text as original, and Datastore's own times and version. Values that JSON and the
/// core does not have (blobs, keys, places, NaN) show as objects, so no filter takes them for
/// something else; so do objects and arrays that would be deeper than kMaxNesting: as `{"tooDeep":
/// true}`, which is one level more. Nothing for an entity that is not a record: one with a parent.
///
/// A record of ours whose fields or original another program has changed since we wrote it is
/// marked as changed elsewhere, and has Datastore's version.
[[nodiscard]] std::optional<Entity> decode_entity(const JsonNode& entity_result, Projection parts,
                                                  Extent extent = Extent::whole);

/// Adds a property to an object as its member. The object stands so many levels deep in its
/// record, which itself is the first.
void append_property(Object& object, const JsonNode::Member& property, std::size_t level = 1);

/// The value of a property, as read from Datastore's JSON form, that stands within so many levels.
[[nodiscard]] Value decode_value(const JsonNode& value, std::size_t level = 0);

}  // namespace dropzone::datastore
