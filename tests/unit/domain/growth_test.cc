#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/json/decode_filter.h>
#include <dropzone/json/decode_ids.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_transform.h>
#include <dropzone/json/merge_patch.h>
#include <dropzone/json/project.h>
#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/query/aggregator.h>
#include <dropzone/query/filter_matcher.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/json_text.h>

#include "support/growth.h"

namespace dropzone {
namespace {

using test::check_growth;

std::string name_of(std::size_t i) { return "field" + std::to_string(i); }

Object numbered(std::size_t members) {
  Object object;
  for (std::size_t i = 0; i < members; ++i) object.append(name_of(i), static_cast<std::int64_t>(i));
  return object;
}

/// Field names from the last to the first, so that none is found at once.
Array names(std::size_t count, const std::string& prefix = "") {
  Array list;
  for (std::size_t i = count; i-- > 0;) list.push_back(prefix + name_of(i));
  return list;
}

/// `part(0),part(1),…`.
template <typename Part>
std::string joined(std::size_t count, Part part) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + part(i);
  return text;
}

std::string member(std::size_t i) { return '"' + name_of(i) + "\":" + std::to_string(i); }

Pipeline pipeline(Array steps) {
  auto parsed = Pipeline::parse(std::move(steps), StepRegistry::with_core_steps());
  if (!parsed) FAIL(parsed.error().detail);
  return *std::move(parsed);
}

Value step(std::string name, Object parameters) {
  Object definition;
  definition.append(std::move(name), std::move(parameters));
  return definition;
}

Kind parse_kind(Object members) {
  members.append("name", "k");
  members.append("version", 1);
  auto kind = Kind::parse(std::move(members), StepRegistry::with_core_steps());
  if (!kind) FAIL(kind.error().detail);
  return *std::move(kind);
}

}  // namespace

TEST_CASE("lists of names in steps cost no more than their length", "[figures]") {
  for (const std::string name : {"keep", "require", "remove"}) {
    for (const std::string prefix : {"", "a.b."}) {
      check_growth("the list of " + name, 500, [&](std::size_t size) {
        return [&, list = names(size, prefix)] {
          for (int i = 0; i < 10; ++i) {
            pipeline({step(name, {{"fields", list}})});
          }
        };
      });
    }
    check_growth("the fields of " + name, 500, [&](std::size_t size) {
      return [steps = std::make_shared<Pipeline>(pipeline({step(name, {{"fields", names(size)}})})),
              object = numbered(size)] {
        for (int i = 0; i < 20; ++i) CHECK(steps->apply(object));
      };
    });
  }
}

TEST_CASE("what is known of types costs no more than the steps are many", "[figures]") {
  check_growth("set steps", 500, [](std::size_t size) {
    Array steps;
    for (std::size_t i = 0; i < size; ++i) {
      steps.push_back(step("set", {{"field", name_of(i) + ".a.b"}, {"value", 1}}));
    }
    return [steps] { parse_kind({{"pipeline", steps}}); };
  });
  check_growth("renames of what was set", 250, [](std::size_t size) {
    Array steps;
    for (std::size_t i = 0; i < size; ++i) {
      steps.push_back(step("set", {{"field", name_of(i)}, {"value", 1}}));
      steps.push_back(step("rename", {{"from", name_of(i)}, {"to", "x." + name_of(i)}}));
    }
    return [steps] { parse_kind({{"pipeline", steps}}); };
  });
}

TEST_CASE("what is known of types stays small if steps double it") {
  Array steps{step("set", {{"field", "a"}, {"value", 1}})};
  for (int i = 0; i < 60; ++i) {
    steps.push_back(step("copy", {{"from", "a"}, {"to", "b.l"}}));
    steps.push_back(step("copy", {{"from", "a"}, {"to", "b.r"}}));
    steps.push_back(step("rename", {{"from", "b"}, {"to", "a"}}));
  }
  CHECK(pipeline(std::move(steps)).known_fields().names().size() <= kMaxKnownFields);
}

TEST_CASE("declarations of a kind cost no more than they are many", "[figures]") {
  check_growth("indexes", 100, [](std::size_t size) {
    Array indexes;
    for (std::size_t i = 0; i < size; ++i) indexes.push_back(Array{"same", name_of(i)});
    return [indexes] {
      for (int i = 0; i < 20; ++i) parse_kind({{"indexes", indexes}});
    };
  });
  check_growth("declared fields", 500, [](std::size_t size) {
    Object fields;
    for (std::size_t i = 0; i < size; ++i) fields.append(name_of(i), "number");
    return [fields] { parse_kind({{"fields", fields}}); };
  });
}

TEST_CASE("a list of IN costs a record the logarithm of its length", "[figures]") {
  for (const Operator op : {Operator::in, Operator::not_in}) {
    check_growth("operands for as many records", 2'000, [&](std::size_t size) {
      Array operands;
      for (std::size_t i = 0; i < size; ++i) operands.push_back(static_cast<std::int64_t>(2 * i));
      const Filter filter{Condition{*FieldPath::parse("n"), op, std::move(operands)}};
      return [filter, size] {
        const FilterMatcher matcher(filter);
        Watch watch(nullptr);
        std::size_t selected = 0;
        for (std::size_t i = 0; i < size; ++i) {
          const Object data{{"n", static_cast<std::int64_t>(2 * i + 1)}};
          selected += matcher.matches("id", data, watch) ? 1 : 0;
        }
        CHECK(selected <= size);
      };
    });
  }
}

TEST_CASE("equalities that are joined by or cost what a list does", "[figures]") {
  check_growth("conditions on an array of as many", 1'000, [](std::size_t size) {
    Filter::Or any;
    Array elements;
    for (std::size_t i = 0; i < size; ++i) {
      any.filters.push_back(
          {Condition{*FieldPath::parse("n"), Operator::equal, static_cast<std::int64_t>(2 * i)}});
      elements.push_back(static_cast<std::int64_t>(2 * i + 1));
    }
    return [filter = Filter{std::move(any)}, data = Object{{"n", std::move(elements)}}] {
      Watch watch(nullptr);
      CHECK_FALSE(FilterMatcher(filter).matches("id", data, watch));
    };
  });
}

TEST_CASE("decoding costs no more than the body is long", "[figures]") {
  const auto decodes = [](std::string_view what,
                          const std::function<std::string(std::size_t)>& make) {
    check_growth(what, 4'000, [&](std::size_t size) {
      return [body = make(size)] { static_cast<void>(json::decode_records(body, {})); };
    });
  };
  decodes("distinct members", [](std::size_t size) { return "{" + joined(size, member) + "}"; });
  decodes("equal members", [](std::size_t size) {
    return "{" + joined(size, [](std::size_t) { return member(1); }) + "}";
  });
  decodes("members of two names", [](std::size_t size) {
    return "{" + joined(size, [](std::size_t i) { return member(i % 2); }) + "}";
  });
  decodes("long names that differ at their end", [](std::size_t size) {
    const std::string prefix(50, 'x');
    return "{" + joined(size, [&](std::size_t i) { return '"' + prefix + member(i).substr(1); }) +
           "}";
  });
  decodes("elements", [](std::size_t size) {
    return "{\"a\":[" + joined(size, [](std::size_t i) { return std::to_string(i); }) + "]}";
  });
  decodes("arrays within an array", [](std::size_t size) {
    return "{\"a\":[" + joined(size, [](std::size_t) { return std::string("[0]"); }) + "]}";
  });
  decodes("records", [](std::size_t size) {
    return "[" + joined(size, [](std::size_t i) { return "{" + member(i) + "}"; }) + "]";
  });
  check_growth("bad lines", 4'000, [](std::size_t size) {
    std::string body;
    for (std::size_t i = 0; i < size; ++i) body += "{\"a\":[1,2\n";
    return [body] { static_cast<void>(json::decode_ndjson(body, {})); };
  });
}

TEST_CASE("requests of ours cost no more than the body is long", "[figures]") {
  const auto filters = [](std::string_view what, std::size_t size,
                          const std::function<std::string(std::size_t)>& make) {
    check_growth(what, size, [&](std::size_t wanted) {
      return [body = make(wanted)] { static_cast<void>(json::decode_filter(body)); };
    });
  };
  filters("unknown members", 4'000, [](std::size_t size) {
    return "{" + joined(size, [](std::size_t i) { return "\"fild" + std::to_string(i) + "\":1"; }) +
           "}";
  });
  filters("unknown members within", 4'000,
          [](std::size_t size) { return "{\"and\":[{" + joined(size, member) + "}]}"; });
  filters("conditions", 250, [](std::size_t size) {
    return "{\"or\":[" +
           joined(size,
                  [](std::size_t i) {
                    return R"({"field":"a","operator":"=","value":)" + std::to_string(i) + "}";
                  }) +
           "]}";
  });
  filters("fields to show", 500, [](std::size_t size) {
    return "{\"fields\":[" + joined(size, [](std::size_t i) { return '"' + name_of(i) + '"'; }) +
           "]}";
  });
  check_growth("members next to a definition", 4'000, [](std::size_t size) {
    std::string body = "{\"definition\":{},\"records\":[]," + joined(size, member) + "}";
    return [body] { CHECK_FALSE(json::decode_transform(body, {})); };
  });
}

TEST_CASE("a patch costs no more than it and the record are long", "[figures]") {
  check_growth("members patched", 4'000, [](std::size_t size) {
    const std::string original = "{" + joined(size, member) + "}";
    const std::string patch =
        "{" + joined(size, [&](std::size_t i) { return member(i % 2 == 0 ? i : i + size); }) + "}";
    return [original, patch] { CHECK(json::merge_patch(original, patch, {})); };
  });
  check_growth("objects patched", 4'000, [](std::size_t size) {
    const auto nested = [](std::size_t i) { return '"' + name_of(i) + "\":{\"a\":{\"b\":1}}"; };
    const std::string text = "{" + joined(size, nested) + "}";
    return [text] { CHECK(json::merge_patch(text, text, {})); };
  });
}

TEST_CASE("fields that are shown cost no more than they and the record are many", "[figures]") {
  for (const std::string prefix : {"", "a."}) {
    check_growth("fields shown", 2'000, [&](std::size_t size) {
      std::vector<FieldPath> fields;
      for (std::size_t i = 0; i < size; ++i) {
        fields.push_back(*FieldPath::parse(prefix + name_of(size - 1 - i)));
      }
      std::string data = to_json(numbered(size));
      if (!prefix.empty()) data = "{\"a\":" + data + "}";
      return [fields, data] {
        std::string out;
        json::append_projected(out, data, fields);
        CHECK(out == data);
      };
    });
  }
}

TEST_CASE("figures that are asked for again and again are computed once", "[figures]") {
  check_growth("the same figure over as many records", 1'000, [](std::size_t size) {
    AggregateQuery query;
    query.sums.assign(size, *FieldPath::parse("n"));
    query.averages.assign(size, *FieldPath::parse("n"));
    return [query, size] {
      Aggregator aggregator(query);
      const Object data{{"n", 1}};
      for (std::size_t i = 0; i < size; ++i) aggregator.add(data);
      CHECK(aggregator.result());
    };
  });
}

TEST_CASE("one id again and again in a batch costs no more than the batch is long", "[figures]") {
  check_growth("records of one id", 300, [](std::size_t size) {
    return [size] {
      memory::MemoryRecordRepository repository;
      SystemClock clock;
      RandomIdSource ids;
      auto kinds = KindCatalog::of([] {
        std::vector<Kind> one;
        one.push_back(parse_kind({}));
        return one;
      }());
      DropZone zone({.repository = repository, .clock = clock, .ids = ids}, *std::move(kinds));
      for (const Atomicity atomicity : {Atomicity::partial, Atomicity::atomic}) {
        StoreRequest request{.kind = "k", .records = {}, .if_exists = IfExists::replace};
        request.atomicity = atomicity;
        for (std::size_t i = 0; i < size; ++i) {
          request.records.push_back({"{}", Object{{"_id", "same"}}});
        }
        CHECK(zone.store(std::move(request), {}));
      }
    };
  });
}

}  // namespace dropzone
