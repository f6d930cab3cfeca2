#include "entity/entity_decoder.h"

#include <algorithm>
#include <utility>

#include <dropzone/text/base64.h>
#include <dropzone/value/json_text.h>

#include "entity/data_digest.h"
#include "entity/entity_encoder.h"
#include "entity/exact_integers.h"
#include "entity/member_order.h"
#include "entity/property_names.h"
#include "rpc/keys.h"

namespace dropzone::datastore {
namespace {

constexpr std::string_view kBase57 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

// Datastore's version of an entity, in the alphabet of ours.
std::string version_text(std::int64_t version) {
  auto rest = static_cast<std::uint64_t>(version);
  std::string text;
  do {
    text += kBase57[rest % kBase57.size()];
    rest /= kBase57.size();
  } while (rest > 0);
  return text;
}

std::optional<Sha256> read_hex(std::string_view text) {
  Sha256 hash;
  if (text.size() != 2 * hash.size()) return std::nullopt;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return hash;
}

std::string version_in(const JsonNode& entity_result) {
  const JsonNode* const version = member(entity_result, "version");
  return version_text(version ? integer_of(*version).value_or(0) : 0);
}

bool is_ours(std::string_view property) {
  return property == kOriginalProperty || property == kMetaProperty || property == "_id";
}

const JsonNode* meta_properties(const JsonNode& properties) {
  const JsonNode* const meta = member(properties, kMetaProperty);
  const JsonNode* const entity = meta ? member(*meta, "entityValue") : nullptr;
  return entity ? member(*entity, "properties") : nullptr;
}

Object decode_data(const JsonNode& properties, const JsonNode* meta) {
  Object data;
  for (const auto& property : properties.GetObject()) {
    if (!is_ours(text_of(property.name))) append_property(data, property);
  }
  const auto text = [&](std::string_view name) {
    const JsonNode* const value = meta ? member(*meta, name) : nullptr;
    return value ? text_member(*value, "stringValue") : std::string_view();
  };
  restore_member_order(data, text(kOrder));
  restore_exact_integers(data, text(kExactIntegers));
  return data;
}

// Nothing if the entity is not ours.
std::optional<std::string> decode_original(const JsonNode& properties) {
  const JsonNode* const value = member(properties, kOriginalProperty);
  if (!value) return std::nullopt;
  if (const JsonNode* const text = member(*value, "stringValue"))
    return std::string(text_of(*text));
  return base64_decode(text_member(*value, "blobValue"), Base64::standard);
}

RecordMeta decode_meta(const JsonNode& entity_result, const JsonNode* meta) {
  const auto text = [&](std::string_view name) {
    const JsonNode* const value = meta ? member(*meta, name) : nullptr;
    return value ? text_member(*value, "stringValue") : std::string_view();
  };
  const auto moment = [&](std::string_view name, std::string_view datastores) {
    const JsonNode* const value = meta ? member(*meta, name) : nullptr;
    const auto ours = parse_timestamp(value ? text_member(*value, "timestampValue") : "");
    if (ours) return *ours;
    const auto other = parse_timestamp(text_member(entity_result, datastores));
    return other ? *other : Timestamp{};
  };
  RecordMeta decoded;
  decoded.created_at = moment(kCreatedAt, "createTime");
  decoded.updated_at = moment(kUpdatedAt, "updateTime");
  decoded.version = text(kVersion);
  decoded.pipeline = text(kPipeline);
  decoded.sha256 = read_hex(text(kSha256));
  const JsonNode* const received = meta ? member(*meta, kReceivedAt) : nullptr;
  const auto received_at =
      parse_timestamp(received ? text_member(*received, "timestampValue") : "");
  if (received_at) decoded.received = Received{*received_at, std::string(text(kReceivedBy))};
  if (decoded.version.empty()) decoded.version = version_in(entity_result);
  return decoded;
}

// Entities that were written before there was a digest have none.
bool is_changed(const JsonNode* meta, const Object& data,
                const std::optional<std::string>& original) {
  const JsonNode* const value = meta ? member(*meta, kDigest) : nullptr;
  const std::string_view digest = value ? text_member(*value, "stringValue") : "";
  return !digest.empty() && digest != data_digest(to_json(data), original.value_or(""));
}

}  // namespace

std::optional<Entity> decode_entity(const JsonNode& entity_result, Projection parts,
                                    Extent extent) {
  static const JsonNode kNoProperties(rapidjson::kObjectType);
  const JsonNode* const node = member(entity_result, "entity");
  const JsonNode* const key = node ? member(*node, "key") : nullptr;
  auto id = key ? id_of_key(*key) : std::nullopt;
  if (!id) return std::nullopt;

  Entity entity;
  entity.id = *std::move(id);
  const JsonNode* properties = member(*node, "properties");
  if (!properties || !properties->IsObject()) properties = &kNoProperties;
  const JsonNode* const meta = meta_properties(*properties);

  if (parts.meta) entity.meta = decode_meta(entity_result, meta);
  const bool compares = parts.meta && extent == Extent::whole;
  auto original = parts.original || compares ? decode_original(*properties) : std::nullopt;
  const bool original_from_data = parts.original && !original;
  if (parts.data || original_from_data || compares) entity.data = decode_data(*properties, meta);
  if (compares && is_changed(meta, entity.data, original)) {
    entity.meta.version = version_in(entity_result);  // Ours has travelled along.
    entity.meta.changed_elsewhere = true;
  }
  if (!parts.original) original.reset();
  if (original_from_data) original = to_json(entity.data);
  if (original) entity.original = *std::move(original);
  if (!parts.data) entity.data = {};
  return entity;
}

}  // namespace dropzone::datastore
