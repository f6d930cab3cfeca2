#include "write/names_job.h"

#include <utility>

#include <dropzone/store/document_decoder.h>

#include "db/schema.h"

namespace dropzone::sqlite {
namespace {

// Longer texts are hardly shared.
constexpr std::size_t kMaxSharedText = 200;

TextReference reference_to(std::string text, const Catalog& catalog, Names& unknown) {
  if (text.size() > kMaxSharedText) return text;
  if (const auto number = catalog.find_text(text)) return *number;
  if (!catalog.is_full()) unknown.texts.insert(text);
  return text;
}

void fill_in_entries(PreparedWrite& prepared) {
  prepared.entries.clear();
  for (const FieldIndex& index : prepared.kind->indexes) {
    if (index.field.reserved() == FieldPath::Reserved::created_at) {
      const Value created_at(prepared.write.meta.created_at);
      prepared.entries.push_back(entries_of(&created_at));
    } else {
      prepared.entries.push_back(entries_of(index.field.find_in(prepared.write.data)));
    }
  }
}

void fill_in_texts(PreparedWrite& prepared, const Catalog& catalog, Names& unknown) {
  const Write& write = prepared.write;
  prepared.pipeline = reference_to(write.meta.pipeline, catalog, unknown);
  if (const auto pointers = timestamp_pointers(write.data); !pointers.empty()) {
    prepared.timestamps = reference_to(join_pointers(pointers), catalog, unknown);
  }
}

void fill_in(PreparedWrite& prepared, const Catalog& catalog, Names& unknown) {
  const Write& write = prepared.write;
  if (!write.erases) fill_in_texts(prepared, catalog, unknown);
  prepared.kind = catalog.find_kind(write.kind);
  if (!prepared.kind) {
    unknown.kinds.insert(write.kind);
    return;
  }
  fill_in_entries(prepared);
}

}  // namespace

Names fill_in(std::vector<PreparedWrite>& writes, const Catalog& catalog) {
  Names unknown;
  for (PreparedWrite& prepared : writes) fill_in(prepared, catalog, unknown);
  return unknown;
}

void complete(PreparedWrite& prepared, const Catalog& catalog) {
  Names unknown;
  fill_in_texts(prepared, catalog, unknown);
  fill_in_entries(prepared);
}

void refresh_entries(std::vector<PreparedWrite>& writes, const Catalog& catalog) {
  std::shared_ptr<const KindTables> present;
  for (PreparedWrite& prepared : writes) {
    if (!present || present->number != prepared.kind->number) {
      present = catalog.find_kind(prepared.kind->name);
    }
    if (prepared.kind == present) continue;
    prepared.kind = present;
    fill_in_entries(prepared);
  }
}

Result<void> NamesJob::run() {
  kinds_.clear();
  texts_.clear();
  for (const std::string& kind : names_.kinds) {
    auto made = make_kind(connection_, kind);
    if (!made) return std::move(made).error();
    kinds_.push_back(*std::move(made));
  }
  for (const std::string& text : names_.texts) {
    const auto made = make_text(connection_, text);
    if (!made) return made.error();
    if (*made) texts_.emplace(**made, text);
  }
  return {};
}

void NamesJob::publish(Catalog& catalog) {
  for (KindTables& kind : kinds_) catalog.add_kind(std::move(kind));
  for (const auto& [number, text] : texts_) catalog.add_text(number, text);
}

}  // namespace dropzone::sqlite
