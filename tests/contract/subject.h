#pragma once

#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "repository_under_test.h"

namespace dropzone::contract {

/// A test case that begins with `Subject subject(GENERATE(each_repository()));` runs once for each
/// repository.
inline auto each_repository() { return Catch::Generators::from_range(repository_factories()); }

/// The same, once with and once without indexes.
inline auto each_kind() { return Catch::Generators::values<std::string>({"plain", "indexed"}); }

/// What a repository showed of a record.
struct Shown {
  std::string id;
  std::string data;
  std::string original;
  bool has_meta = false;
  RecordMeta meta;
  std::vector<std::string> timestamps;
};

/// One page of a query.
struct Page {
  std::vector<std::string> ids;
  std::optional<Position> next;
  bool refused = false;  ///< The repository cannot answer such a query.
};

inline constexpr Projection kEverything{.original = true, .meta = true, .data = true};

/// The repository that a test is about, and how the tests talk to it.
class Subject {
 public:
  explicit Subject(const RepositoryFactory* factory);
  /// Checks that the repository has not refused all queries of the test case, which would then
  /// prove nothing about it, unless it may.
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  /// For a case about an ability that a repository may lack as a whole.
  void may_refuse_all() { may_refuse_all_ = true; }

  [[nodiscard]] RecordRepository& repository() { return under_test_->repository(); }

  WriteOutcome write(Write write);
  std::vector<WriteOutcome> write(std::vector<Write> writes,
                                  Atomicity atomicity = Atomicity::partial);
  /// Stores records that are not there yet.
  void fill(const std::string& kind, std::initializer_list<std::pair<const char*, Object>> records);

  std::vector<Shown> find(const std::string& kind, const std::vector<std::string>& ids,
                          Projection projection = kEverything);
  std::vector<Shown> read(const Query& query, Projection projection = kEverything);
  Page ask(const Query& query);
  /// All that a query selects, in pages of `limit`. Nothing if the repository refused.
  std::optional<std::vector<std::string>> ask_all(Query query, std::size_t limit);
  std::optional<Aggregates> aggregate(const AggregateQuery& query);
  std::vector<EraseStatus> erase(const std::string& kind, const std::vector<Erase>& erases);
  /// Nothing if the repository does not know them.
  std::optional<std::vector<std::string>> kinds();

 private:
  bool may_refuse(const Error& error) const;

  int answered_ = 0;  ///< Queries and aggregates.
  int refused_ = 0;
  bool may_refuse_all_ = false;
  const RepositoryFactory* factory_;
  Catch::ScopedMessage message_;
  std::unique_ptr<RepositoryUnderTest> under_test_;
};

// Words to build requests from.

/// A write of a new record whose original is its data's text with spaces around.
[[nodiscard]] Write record(const std::string& kind, const std::string& id, Object data = {});
[[nodiscard]] Write replacing(Write write);
[[nodiscard]] Write skipping(Write write);

[[nodiscard]] FieldPath field(std::string_view dotted);
[[nodiscard]] Filter where(std::string_view field, Operator op, Value operand);
[[nodiscard]] Filter all_of(std::vector<Filter> filters);
[[nodiscard]] Filter any_of(std::vector<Filter> filters);
/// "-b" is descending.
[[nodiscard]] std::vector<SortKey> order_by(std::initializer_list<std::string_view> keys);

}  // namespace dropzone::contract
