#include "support/growth.h"

#include <string>
#include <vector>

#include <dropzone/store/document_decoder.h>

#include "query/stored_document.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

using test::check_growth;

std::string field_name(std::size_t i) { return "field" + std::to_string(i); }

Filter number_is(Operator op, std::size_t i) {
  return where("n", op, static_cast<std::int64_t>(i));
}

}  // namespace

TEST_CASE("a plan costs no more than the filter is long", "[figures]") {
  test::TemporaryDirectory directory;
  const auto repository = open_store(directory.path() / "store.db", {"n"});
  store(*repository, {thing("a", {{"n", 1}, {"m", 1}}), thing("b", {{"n", 2}, {"m", 2}})});
  const auto answers = [&](std::string_view what, auto filter_of) {
    check_growth(what, 1'000, [&](std::size_t size) {
      return [&, query = all_things(filter_of(size))] {
        CHECK(repository->query(query, {}, [](const RecordView&) {}, {}));
      };
    });
  };
  answers("equalities joined by or", [](std::size_t size) {
    Filter::Or any;
    for (std::size_t i = 0; i < size; ++i) {
      any.filters.push_back(number_is(Operator::equal, 10 * (size - i)));
    }
    return Filter{std::move(any)};
  });
  answers("exceptions joined by and", [](std::size_t size) {
    Filter::And all;
    for (std::size_t i = 0; i < size; ++i) {
      all.filters.push_back(number_is(Operator::not_equal, 10 * (size - i)));
    }
    return Filter{std::move(all)};
  });
  answers("a list and as many conditions", [](std::size_t size) {
    Array operands;
    Filter::And all;
    for (std::size_t i = 0; i < size; ++i) {
      operands.push_back(static_cast<std::int64_t>(10 * i));
      all.filters.push_back(number_is(Operator::less, 20 * size - i));
    }
    all.filters.push_back(where("n", Operator::in, std::move(operands)));
    return Filter{std::move(all)};
  });
}

TEST_CASE("look-ups in a stored document cost no more than they and it are long", "[figures]") {
  check_growth("members looked up", 1'000, [](std::size_t size) {
    Object object;
    std::vector<FieldPath> fields;
    for (std::size_t i = 0; i < size; ++i) {
      object.append(field_name(i), static_cast<std::int64_t>(i));
      fields.push_back(*FieldPath::parse("inner." + field_name(size - 1 - i)));
    }
    std::string json = to_json(Object{{"inner", std::move(object)}});
    return [fields, json = std::move(json)] {
      const StoredDocument document(json, {});
      std::size_t found = 0;
      for (const FieldPath& field : fields) found += document.find(field) ? 1 : 0;
      CHECK(found == fields.size());
      CHECK_FALSE(document.find(*FieldPath::parse("inner.missing")));
      CHECK_FALSE(document.malformed());
    };
  });
  check_growth("timestamps in an array", 1'000, [](std::size_t size) {
    Array times(size, Value(Timestamp{}));
    const Object object{{"times", std::move(times)}};
    return [json = to_json(object), pointers = timestamp_pointers(object), size] {
      const StoredDocument document(json, pointers);
      const Value* const found = document.find(*FieldPath::parse("times"));
      REQUIRE(found);
      CHECK(found->as_array()->size() == size);
      CHECK(found->as_array()->back() == Value(Timestamp{}));
    };
  });
}

}  // namespace dropzone::sqlite
