#include "query/query_json.h"

#include <algorithm>
#include <functional>
#include <vector>

#include <dropzone/value/json_text.h>

#include "entity/property_names.h"
#include "entity/value_json.h"

namespace dropzone::datastore {
namespace {

using Filters = std::vector<std::string>;
using AppendPoint = std::function<void(std::string&, const IndexPoint&)>;

std::string join(std::string_view op, const Filters& filters) {
  if (filters.size() == 1) return filters.front();
  std::string text = "{\"compositeFilter\":{\"op\":\"";
  text += op;
  text += "\",\"filters\":[";
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (i > 0) text += ',';
    text += filters[i];
  }
  return text + "]}}";
}

void append_point(std::string& out, const IndexPoint& point) {
  out += '{';
  switch (point.rank) {
    case IndexPoint::Rank::null: append_scalar(out, Value()); break;
    case IndexPoint::Rank::integral: append_integer(out, point.integer); break;
    case IndexPoint::Rank::boolean: append_scalar(out, Value(point.integer != 0)); break;
    case IndexPoint::Rank::string: append_string(out, point.string); break;
    case IndexPoint::Rank::floating: append_double(out, point.number); break;
  }
  out += '}';
}

/// The filters on one property.
class PropertyFilters {
 public:
  PropertyFilters(std::string_view path, AppendPoint append_point)
      : path_(path), append_point_(std::move(append_point)) {}

  // Nothing if every value will do.
  Filters of(const IndexRanges& values) const {
    Filters alternatives;
    std::vector<const IndexPoint*> points;
    for (const IndexRange& range : values) {
      if (is_point(range)) {
        points.push_back(&range.low.point);
      } else if (Filters bounds = of(range); !bounds.empty()) {
        alternatives.push_back(join("AND", bounds));
      } else {
        return {};
      }
    }
    if (points.size() == 1) alternatives.push_back(comparison("EQUAL", *points.front()));
    if (points.size() > 1) alternatives.push_back(one_of(points));
    return {join("OR", alternatives)};
  }

 private:
  Filters of(const IndexRange& range) const {
    Filters bounds;
    const auto& [low, high] = range;
    if (low.has_point()) {
      const bool is_before = low.at == IndexBound::At::before_point;
      bounds.push_back(comparison(is_before ? "GREATER_THAN_OR_EQUAL" : "GREATER_THAN", low.point));
    }
    if (high.has_point()) {
      const bool is_before = high.at == IndexBound::At::before_point;
      bounds.push_back(comparison(is_before ? "LESS_THAN" : "LESS_THAN_OR_EQUAL", high.point));
    }
    return bounds;
  }

  std::string comparison(std::string_view op, const IndexPoint& point) const {
    std::string text = begin(op);
    append_point_(text, point);
    return text + "}}";
  }

  std::string one_of(const std::vector<const IndexPoint*>& points) const {
    std::string text = begin("IN") + "{\"arrayValue\":{\"values\":[";
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (i > 0) text += ',';
      append_point_(text, *points[i]);
    }
    return text + "]}}}}";
  }

  std::string begin(std::string_view op) const {
    std::string text = "{\"propertyFilter\":{\"property\":{\"name\":";
    append_json_string(text, path_);
    text += "},\"op\":\"";
    text += op;
    text += "\",\"value\":";
    return text;
  }

  std::string_view path_;
  AppendPoint append_point_;
};

AppendPoint key_point(const Partition& partition, std::string_view kind) {
  return [&partition, kind](std::string& out, const IndexPoint& point) {
    const bool is_number = point.rank == IndexPoint::Rank::integral;
    out += "{\"keyValue\":";
    append_key(out, partition, kind,
               is_number ? "__id" + std::to_string(point.integer) + "__" : point.string);
    out += '}';
  };
}

void add(Filters& all, Filters some) {
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

Filters conjunct_filters(const Partition& partition, std::string_view kind,
                         const Conjunct& conjunct) {
  Filters all = PropertyFilters(kKeyProperty, key_point(partition, kind)).of(conjunct.keys);
  for (const auto& [path, values] : conjunct.fields) {
    add(all, PropertyFilters(path, append_point).of(values));
  }
  return all;
}

IndexRanges keys_after(const std::string& id, bool descending) {
  const auto number = numeric_key(id);
  IndexPoint point = number ? IndexPoint::of(*number) : IndexPoint::of(std::string_view(id));
  IndexRange rest;
  if (descending) {
    rest.high = IndexBound::before(std::move(point));
  } else {
    rest.low = IndexBound::after(std::move(point));
  }
  return IndexRanges({std::move(rest)});
}

// Empty if the query selects all.
std::string filter_text(const Partition& partition, const DatastoreQuery& query) {
  Filters all;
  if (query.after_key) {
    all = PropertyFilters(kKeyProperty, key_point(partition, query.kind))
              .of(keys_after(*query.after_key, query.descending));
  }
  Filters alternatives;
  for (const Conjunct& conjunct : query.filter) {
    const Filters filters = conjunct_filters(partition, query.kind, conjunct);
    if (filters.empty()) return all.empty() ? std::string() : join("AND", all);
    alternatives.push_back(join("AND", filters));
  }
  all.push_back(join("OR", alternatives));
  return join("AND", all);
}

}  // namespace

void append_query(std::string& out, const Partition& partition, const DatastoreQuery& query) {
  out += "{\"kind\":[{\"name\":";
  append_json_string(out, query.kind);
  out += "}]";
  if (query.keys_only) out += ",\"projection\":[{\"property\":{\"name\":\"__key__\"}}]";
  if (const std::string filter = filter_text(partition, query); !filter.empty()) {
    out += ",\"filter\":";
    out += filter;
  }
  if (!query.order.empty()) {
    out += ",\"order\":[{\"property\":{\"name\":";
    append_json_string(out, query.order);
    out +=
        query.descending ? "},\"direction\":\"DESCENDING\"}]" : "},\"direction\":\"ASCENDING\"}]";
  }
  if (!query.start_cursor.empty()) {
    out += ",\"startCursor\":";
    append_json_string(out, query.start_cursor);
  }
  if (query.limit > 0) out += ",\"limit\":" + std::to_string(query.limit);
  out += '}';
}

void append_read_time(std::string& out, std::string_view read_time) {
  if (read_time.empty()) return;
  out += "\"readOptions\":{\"readTime\":";
  append_json_string(out, read_time);
  out += "},";
}

}  // namespace dropzone::datastore
