// Bodies of POST /filter, POST /fetchMany and POST /delete.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_filter.h>
#include <dropzone/json/decode_ids.h>

#include "check.h"

namespace dropzone {
namespace {

const Object& sample() {
  static const Object object{{"a", 1},
                             {"b", "text"},
                             {"c", Array{1, "x", Value(), Array{}}},
                             {"d", Object{{"e", 1.5}, {"f", Value()}}}};
  return object;
}

void check_filter(const json::FilterRequest& request) {
  check(!request.filter.selects_all() || matches(request.filter, "id", sample()));
  static_cast<void>(matches(request.filter, "id", Object()));
  check(!request.limit || *request.limit >= 1);
  if (!request.aggregate) return;
  check(!request.limit && !request.cursor && request.order.empty() && request.fields.empty());
  const json::AggregateSpec& asked = *request.aggregate;
  check(asked.count || !asked.sum.empty() || !asked.avg.empty() || !asked.min.empty() ||
        !asked.max.empty() || !asked.groups.empty());
  check(asked.groups.size() <= json::kMaxGroupFields);
  for (const GroupBy& by : asked.groups) {
    for (const Value& value : {Value(1), Value(-0.3), Value(1e300), Value(Timestamp{-1})}) {
      static_cast<void>(group_key(by, value));
    }
  }
}

void check_fault(const Error& error) {
  check(!error.detail.empty());
  check(error.pointer.empty() || error.pointer.starts_with('/'));
}

}  // namespace
}  // namespace dropzone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dropzone;
  const std::vector<char> bytes(data, data + size);
  const std::string_view body(bytes.data(), bytes.size());
  if (const auto request = json::decode_filter(body)) {
    check_filter(*request);
  } else {
    check_fault(request.error());
  }
  if (const auto request = json::decode_fetch_many(body, 5)) {
    check(!request->ids.empty() && request->ids.size() <= 5);
  } else {
    check_fault(request.error());
  }
  if (const auto request = json::decode_delete(body, 5)) {
    check(request->ids.empty() == request->filter.has_value() && request->ids.size() <= 5);
    check(!request->filter || request->filter->as_object());
  } else {
    check_fault(request.error());
  }
  return 0;
}
