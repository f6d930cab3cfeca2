#include <dropzone/datastore/index_definitions.h>

#include <algorithm>
#include <utility>

#include <dropzone/value/json_text.h>

#include "entity/property_names.h"

namespace dropzone::datastore {
namespace {

constexpr std::string_view kHeading =
    "# Datastore's composite indexes, written by: dropzone-server --print-indexes\n"
    "# Single fields have their indexes by themselves. Create these by:\n"
    "#   gcloud datastore indexes create deploy/index.yaml      (Terraform reads this file, too)\n";

IndexDefinition reversed(IndexDefinition index) {
  for (SortKey& key : index) key.descending = !key.descending;
  return index;
}

/// The indexes of one kind, each once, in the order in which they were added.
class Indexes {
 public:
  void add(IndexDefinition index) {
    if (std::find(all_.begin(), all_.end(), index) == all_.end()) all_.push_back(std::move(index));
  }

  // For an equality on one field and the order by the other, either way, and for a range on the
  // one: that index begins with the order's field.
  void add_pair(const FieldPath& filtered, const FieldPath& ordered) {
    add({{filtered, false}, {ordered, false}});
    add({{filtered, false}, {ordered, true}});
    add({{ordered, true}, {filtered, true}});
  }

  [[nodiscard]] const std::vector<IndexDefinition>& all() const { return all_; }

 private:
  std::vector<IndexDefinition> all_;
};

Indexes indexes_of(const Kind& kind) {
  Indexes indexes;
  for (const IndexDefinition& one : kind.indexes()) {
    if (one.size() > 1) {
      indexes.add(one);
      indexes.add(reversed(one));
      continue;
    }
    for (const IndexDefinition& other : kind.indexes()) {
      if (other.size() == 1 && one != other) {
        indexes.add_pair(one.front().field, other.front().field);
      }
    }
  }
  return indexes;
}

// JSON's strings are YAML's as well.
void append_index(std::string& out, const std::string& kind, const IndexDefinition& index) {
  out += "  - kind: ";
  append_json_string(out, kind);
  out += "\n    properties:\n";
  for (const SortKey& key : index) {
    out += "      - name: ";
    append_json_string(out, property_path(key.field));
    out += key.descending ? "\n        direction: desc\n" : "\n";
  }
}

}  // namespace

std::string index_definitions(const std::vector<std::shared_ptr<const Kind>>& kinds,
                              bool bounds_rejects) {
  std::string list;
  for (const auto& kind : kinds) {
    const Indexes indexes = indexes_of(*kind);
    for (const IndexDefinition& index : indexes.all()) {
      append_index(list, kind->name(), index);
    }
  }
  if (bounds_rejects) {
    append_index(list, std::string(kRejectsKind),
                 {{*FieldPath::parse("kind"), false}, {*FieldPath::parse("receivedAt"), false}});
  }
  return std::string(kHeading) + (list.empty() ? "indexes: []\n" : "indexes:\n" + list);
}

}  // namespace dropzone::datastore
