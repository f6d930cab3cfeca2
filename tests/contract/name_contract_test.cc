#include <string>
#include <vector>

#include "subject.h"

namespace dropzone::contract {
namespace {

using Ids = std::vector<std::string>;

void check_names(Subject& subject, const Query& query, const Ids& expected) {
  for (const std::size_t limit : {1u, 100u}) {
    const auto ids = subject.ask_all(query, limit);
    if (ids) CHECK(*ids == expected);
  }
}

TEST_CASE("a JSON Pointer names a member whose name has dots, which a dotted name does not") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind,
               {{"literal", {{"h.i", 1}, {"nested", Object{{"j.k", 3}}}}},
                {"nested", {{"h", Object{{"i", 1}}}, {"nested", Object{{"j", Object{{"k", 3}}}}}}},
                {"other", {{"h.i", 2}, {"nested", Object{{"d", 7}}}}}});
  const auto selected = [&](std::string_view name, Value operand, const Ids& expected) {
    check_names(subject,
                {.kind = kind,
                 .filter = where(name, Operator::equal, std::move(operand)),
                 .order = {},
                 .after = {}},
                expected);
  };
  selected("/h.i", 1, {"literal"});
  selected("h.i", 1, {"nested"});
  selected("/h/i", 1, {"nested"});
  selected("/nested/j.k", 3, {"literal"});
  selected("nested.j.k", 3, {"nested"});
  selected("/nested/d", 7, {"other"});
  check_names(subject, {.kind = kind, .filter = {}, .order = order_by({"-/h.i"}), .after = {}},
              {"other", "literal"});
  const auto aggregates = subject.aggregate({.kind = kind,
                                             .filter = {},
                                             .count = false,
                                             .sums = {field("/h.i"), field("h.i")},
                                             .averages = {}});
  if (aggregates) CHECK(aggregates->sums == std::vector<Total>{Value(3), Value(1)});
}

TEST_CASE("names with slashes, tildes, percent signs and no letters can be named") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1", {{"a/b", 1}}},
                      {"2", {{"a~b", 1}}},
                      {"3", {{"", 1}}},
                      {"4", {{"a%2Eb", 1}}},
                      {"5", {{"a.b", 1}}},
                      {"6", {{"-a", 1}}},
                      {"7", {{"/a", 1}}},
                      {"8", {{"a", Object{{"", 1}}}}}});
  const std::pair<const char*, const char*> names[] = {
      {"/a~1b", "1"}, {"/a~0b", "2"}, {"/", "3"},    {"/a%2Eb", "4"},
      {"/a.b", "5"},  {"/-a", "6"},   {"/~1a", "7"}, {"/a/", "8"}};
  for (const auto& [name, id] : names) {
    check_names(subject,
                {.kind = kind, .filter = where(name, Operator::equal, 1), .order = {}, .after = {}},
                {id});
    check_names(subject, {.kind = kind, .filter = {}, .order = order_by({name}), .after = {}},
                {id});
  }
}

TEST_CASE("the times in _meta can be filtered and ordered by, or the store says that it cannot") {
  Subject subject(GENERATE(each_repository()));
  subject.may_refuse_all();  // Datastore keeps them where it does not index.
  const std::string kind = GENERATE(each_kind());
  const auto dated = [&](const char* id, std::int64_t created, std::int64_t updated) {
    Write write = record(kind, id, {{"a", 1}});
    write.meta.created_at = Timestamp{created};
    write.meta.updated_at = Timestamp{updated};
    return write;
  };
  subject.write({dated("1", 30, 30), dated("2", 10, 10), dated("3", 20, 20), dated("4", 20, 20)});
  subject.write({replacing(dated("2", 40, 40))});
  const auto asked = [&](Filter filter, std::initializer_list<std::string_view> order,
                         const Ids& expected) {
    check_names(subject,
                {.kind = kind, .filter = std::move(filter), .order = order_by(order), .after = {}},
                expected);
  };
  asked(where("_meta.updatedAt", Operator::greater, Timestamp{20}), {}, {"1", "2"});
  asked(where("_meta.createdAt", Operator::less_or_equal, Timestamp{20}), {}, {"2", "3", "4"});
  asked(all_of({where("a", Operator::equal, 1),
                where("_meta.updatedAt", Operator::equal, Timestamp{20})}),
        {}, {"3", "4"});
  asked({}, {"_meta.updatedAt"}, {"3", "4", "1", "2"});
  asked({}, {"-_meta.createdAt", "_id"}, {"1", "3", "4", "2"});
  asked(where("a", Operator::equal, 1), {"-_meta.updatedAt"}, {"2", "1", "4", "3"});
  const auto counted =
      subject.aggregate({.kind = kind,
                         .filter = where("_meta.updatedAt", Operator::greater, Timestamp{20}),
                         .count = true,
                         .sums = {field("a")},
                         .averages = {}});
  if (counted) CHECK(counted->count == 2);
}

}  // namespace
}  // namespace dropzone::contract
